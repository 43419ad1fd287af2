CREATE TABLE `content_claims` (
	`sha256` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `content_claims_expiry` ON `content_claims` (`expires_at`);--> statement-breakpoint
DROP INDEX `jobs_status`;--> statement-breakpoint
CREATE INDEX `jobs_over` ON `jobs` (`status`) WHERE status in ('success', 'failed', 'cancelled');