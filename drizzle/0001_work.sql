CREATE TABLE `idempotency_keys` (
	`principal_id` integer NOT NULL,
	`operation` text NOT NULL,
	`key` text NOT NULL,
	`answer` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`principal_id`, `operation`, `key`),
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `idempotency_expiry` ON `idempotency_keys` (`expires_at`);--> statement-breakpoint
CREATE TABLE `agent_metrics` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`agent_id` text NOT NULL,
	`name` text NOT NULL,
	`value` real NOT NULL,
	`model` text,
	`tool` text,
	`job_id` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `agent_metrics_agent` ON `agent_metrics` (`user_id`,`agent_id`,`id`);--> statement-breakpoint
CREATE TABLE `agents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`agent_id` text NOT NULL,
	`status` text NOT NULL,
	`agent_version` text,
	`capabilities` text DEFAULT '[]' NOT NULL,
	`current_job_id` text,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_name` ON `agents` (`user_id`,`agent_id`);--> statement-breakpoint
CREATE TABLE `job_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` integer NOT NULL,
	`log_message` text,
	`percent_complete` real,
	`intermediate_artifact` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `job_log_job` ON `job_log` (`job_id`,`id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`status` text NOT NULL,
	`job_type` text NOT NULL,
	`payload` text NOT NULL,
	`required_capabilities` text NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`max_attempts` integer NOT NULL,
	`available_at` integer NOT NULL,
	`agent_id` text,
	`heartbeat_seconds` integer,
	`lease_expires_at` integer,
	`percent_complete` real DEFAULT 0 NOT NULL,
	`summary` text,
	`final_result_url` text,
	`error_message` text,
	`created_at` integer NOT NULL,
	`assigned_at` integer,
	`started_at` integer,
	`completed_at` integer,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `jobs_pending` ON `jobs` (`user_id`,"priority" desc,`id`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `jobs_leases` ON `jobs` (`lease_expires_at`) WHERE lease_expires_at is not null;--> statement-breakpoint
CREATE INDEX `jobs_project` ON `jobs` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_agent` ON `jobs` (`user_id`,`agent_id`) WHERE status in ('assigned', 'running', 'cancelled');--> statement-breakpoint
CREATE TABLE `projects` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`name` text NOT NULL,
	`local_path` text,
	`remote_url` text,
	`remote_key` text,
	`total_loc` integer,
	`avg_complexity` real,
	`language_stats` text DEFAULT '{}' NOT NULL,
	`open_issues` integer DEFAULT 0 NOT NULL,
	`commit_count` integer DEFAULT 0 NOT NULL,
	`last_scan_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_remote` ON `projects` (`user_id`,`remote_key`);--> statement-breakpoint
CREATE INDEX `projects_path` ON `projects` (`user_id`,`local_path`);--> statement-breakpoint
CREATE TABLE `tool_calls` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`job_id` integer,
	`run_id` text NOT NULL,
	`tool_name` text NOT NULL,
	`tool_input` text,
	`tool_output` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tool_calls_job` ON `tool_calls` (`job_id`,`id`);--> statement-breakpoint
CREATE INDEX `tool_calls_run` ON `tool_calls` (`user_id`,`run_id`,`id`);