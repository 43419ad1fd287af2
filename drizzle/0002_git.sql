CREATE TABLE `commits` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`commit_hash` text NOT NULL,
	`author_email` text NOT NULL,
	`message` text NOT NULL,
	`committed_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `commits_hash` ON `commits` (`project_id`,`commit_hash`);--> statement-breakpoint
CREATE INDEX `commits_newest` ON `commits` (`project_id`,`committed_at`,`id`);--> statement-breakpoint
CREATE TABLE `diffs` (
	`commit_id` integer PRIMARY KEY NOT NULL,
	`content` blob NOT NULL,
	`files` text NOT NULL,
	`additions` integer NOT NULL,
	`deletions` integer NOT NULL,
	`url_findings` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`commit_id`) REFERENCES `commits`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `issues` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`analyzer` text NOT NULL,
	`fingerprint` text NOT NULL,
	`file` text NOT NULL,
	`line` integer,
	`column` integer,
	`rule_id` text NOT NULL,
	`severity` text NOT NULL,
	`message` text,
	`status` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`resolved_at` integer,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `issues_analyzer` ON `issues` (`project_id`,`analyzer`,`fingerprint`);--> statement-breakpoint
CREATE INDEX `issues_status` ON `issues` (`project_id`,`status`,`id`);--> statement-breakpoint
CREATE TABLE `readme_drafts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`version` text NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `readme_drafts_version` ON `readme_drafts` (`project_id`,`version`);--> statement-breakpoint
CREATE TABLE `scans` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`tree` blob NOT NULL,
	`files` integer NOT NULL,
	`total_loc` integer NOT NULL,
	`avg_complexity` real,
	`language_stats` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `scans_project` ON `scans` (`project_id`,`id`);