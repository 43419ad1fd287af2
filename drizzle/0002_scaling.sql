CREATE INDEX `principals_guests` ON `principals` (`created_at`) WHERE kind = 'guest';--> statement-breakpoint
CREATE INDEX `jobs_status` ON `jobs` (`status`);