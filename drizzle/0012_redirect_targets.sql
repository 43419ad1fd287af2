CREATE TABLE `redirect_targets` (
	`url_hash` text PRIMARY KEY NOT NULL,
	`target` text,
	`failure` text,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `redirect_expiry` ON `redirect_targets` (`expires_at`);