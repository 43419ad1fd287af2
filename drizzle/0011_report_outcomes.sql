ALTER TABLE `scan_feedback` ADD `outcome` text;--> statement-breakpoint
ALTER TABLE `scan_feedback` ADD `decided_at` integer;--> statement-breakpoint
ALTER TABLE `scan_feedback` ADD `answer` text;--> statement-breakpoint
CREATE INDEX `feedback_principal` ON `scan_feedback` (`principal_id`,`id`);