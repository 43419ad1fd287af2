ALTER TABLE `jobs` ADD `run_at` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `released_by` text DEFAULT '[]' NOT NULL;