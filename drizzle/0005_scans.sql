DROP INDEX `history_scanned`;--> statement-breakpoint
CREATE TABLE `__new_url_analysis_cache` (
	`url_hash` text NOT NULL,
	`model_version` text NOT NULL,
	`url` text NOT NULL,
	`analysis_result` text NOT NULL,
	`confidence` real NOT NULL,
	`risk_score` real NOT NULL,
	`risk_level` text NOT NULL,
	`reasons` text NOT NULL,
	`cached_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`url_hash`, `model_version`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_url_analysis_cache` SELECT `url_hash`, `model_version`, `url`, `analysis_result`, `confidence`, `risk_score`, `risk_level`, `reasons`, `cached_at`, `expires_at` FROM `url_analysis_cache`;--> statement-breakpoint
DROP TABLE `url_analysis_cache`;--> statement-breakpoint
ALTER TABLE `__new_url_analysis_cache` RENAME TO `url_analysis_cache`;--> statement-breakpoint
CREATE INDEX `cache_expiry` ON `url_analysis_cache` (`expires_at`);
