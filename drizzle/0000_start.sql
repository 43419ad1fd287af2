CREATE TABLE `access_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`session_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `access_tokens_session` ON `access_tokens` (`session_id`);--> statement-breakpoint
CREATE INDEX `access_tokens_expiry` ON `access_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key_hash` text NOT NULL,
	`name` text NOT NULL,
	`user_id` integer NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_key_hash_unique` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_user` ON `api_keys` (`user_id`);--> statement-breakpoint
CREATE TABLE `principals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`guest_id` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `principals_guest_id_unique` ON `principals` (`guest_id`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`session_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_expiry` ON `refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`token_hash` text NOT NULL,
	`principal_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`user_agent` text,
	`address` text,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_hash_unique` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_principal` ON `sessions` (`principal_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`principal_id` integer PRIMARY KEY NOT NULL,
	`notification_enabled` integer,
	`ar_warning_enabled` integer,
	`language` text,
	`preferences` text DEFAULT '{}' NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "settings_language" CHECK("settings"."language" in ('ko', 'en'))
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`email` text NOT NULL,
	`username` text NOT NULL,
	`nickname` text NOT NULL,
	`display_name` text,
	`role` text DEFAULT 'user' NOT NULL,
	`password_hash` text,
	`locked_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_user_id_unique` ON `users` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX `users_username` ON `users` (lower("username"));--> statement-breakpoint
CREATE TABLE `chat_logs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`user_message` text NOT NULL,
	`bot_response` text NOT NULL,
	`intent_type` text NOT NULL,
	`tool_used` text NOT NULL,
	`engine` text NOT NULL,
	`topic_id` text,
	`flags` text NOT NULL,
	`response_time` real NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `chat_principal` ON `chat_logs` (`principal_id`,`id`);--> statement-breakpoint
CREATE INDEX `chat_created` ON `chat_logs` (`created_at`);--> statement-breakpoint
CREATE TABLE `artifacts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`file_id` integer NOT NULL,
	`type` text NOT NULL,
	`commit_hash` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `artifacts_project` ON `artifacts` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `artifacts_file` ON `artifacts` (`file_id`);--> statement-breakpoint
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
CREATE INDEX `scans_project` ON `scans` (`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`actor_id` integer,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`detail` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE TABLE `config_flags` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`type` text NOT NULL,
	`principal_id` integer,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `events_principal` ON `events` (`principal_id`,`id`);--> statement-breakpoint
CREATE INDEX `events_type` ON `events` (`type`,`id`);--> statement-breakpoint
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
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`window_ends_at` integer NOT NULL,
	`spent` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rate_limits_end` ON `rate_limits` (`window_ends_at`);--> statement-breakpoint
CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`category` text NOT NULL,
	`kind` text NOT NULL,
	`pattern` text NOT NULL,
	`applies_to` text NOT NULL,
	`action` text NOT NULL,
	`description` text NOT NULL,
	`tests` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `policy_versions` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scan_days` (
	`day` text NOT NULL,
	`model_version` text NOT NULL,
	`scans` integer NOT NULL,
	`cached` integer NOT NULL,
	`dangerous` integer NOT NULL,
	`judged` integer NOT NULL,
	`risk_sum` real NOT NULL,
	PRIMARY KEY(`day`, `model_version`)
);
--> statement-breakpoint
CREATE TABLE `scan_feedback` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer,
	`url_hash` text NOT NULL,
	`url` text NOT NULL,
	`analysis_result` text NOT NULL,
	`risk_score` real NOT NULL,
	`model_version` text NOT NULL,
	`verdict` text NOT NULL,
	`comment` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `feedback_url` ON `scan_feedback` (`url_hash`);--> statement-breakpoint
CREATE INDEX `feedback_created` ON `scan_feedback` (`created_at`);--> statement-breakpoint
CREATE TABLE `scan_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`url` text NOT NULL,
	`url_hash` text NOT NULL,
	`analysis_result` text NOT NULL,
	`confidence` real NOT NULL,
	`scanned_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `history_principal` ON `scan_history` (`principal_id`,`id`);--> statement-breakpoint
CREATE INDEX `history_principal_result` ON `scan_history` (`principal_id`,`analysis_result`,`id`);--> statement-breakpoint
CREATE INDEX `history_scanned` ON `scan_history` (`scanned_at`);--> statement-breakpoint
CREATE TABLE `url_analysis_cache` (
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
);
--> statement-breakpoint
CREATE INDEX `cache_expiry` ON `url_analysis_cache` (`expires_at`);--> statement-breakpoint
CREATE TABLE `url_lists` (
	`value` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`list` text NOT NULL,
	`entry` text NOT NULL,
	`note` text,
	`created_by` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE TABLE `dataset_versions` (
	`dataset_id` integer NOT NULL,
	`version` integer NOT NULL,
	`source_url` text,
	`file_id` integer,
	`schema` text NOT NULL,
	`row_count` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`dataset_id`, `version`),
	FOREIGN KEY (`dataset_id`) REFERENCES `datasets`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `dataset_versions_file` ON `dataset_versions` (`file_id`);--> statement-breakpoint
CREATE TABLE `datasets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`dataset_name` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`principal_id`,`dataset_name`);--> statement-breakpoint
CREATE TABLE `files` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`file_name` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`mime_type` text NOT NULL,
	`context_id` text,
	`description` text,
	`purpose` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `files_principal` ON `files` (`principal_id`,`size`);--> statement-breakpoint
CREATE INDEX `files_content` ON `files` (`sha256`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`source` text NOT NULL,
	`delivery_id` text NOT NULL,
	`digest` text NOT NULL,
	`answer` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`source`, `delivery_id`)
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_digest` ON `webhook_deliveries` (`source`,`digest`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_expiry` ON `webhook_deliveries` (`expires_at`);--> statement-breakpoint
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