ALTER TABLE `scan_history` ADD `kind` text DEFAULT 'url' NOT NULL;--> statement-breakpoint
ALTER TABLE `scan_history` ADD `verdict` text DEFAULT 'safe' NOT NULL;--> statement-breakpoint
UPDATE `scan_history` SET `verdict` = `analysis_result` WHERE `analysis_result` <> 'safe';--> statement-breakpoint
ALTER TABLE `url_analysis_cache` ADD `risks` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `url_analysis_cache` DROP COLUMN `reasons`;