CREATE TABLE `activity_days` (
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`day` text NOT NULL,
	`events` integer NOT NULL,
	PRIMARY KEY(`user_id`, `kind`, `name`, `day`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `activity_days_day` ON `activity_days` (`day`);--> statement-breakpoint
CREATE TABLE `activity_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`at` integer NOT NULL,
	`event_type` text NOT NULL,
	`element_id` text,
	`page_name` text,
	`extra` text,
	`received_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `activity_user` ON `activity_events` (`user_id`,`at`);--> statement-breakpoint
CREATE INDEX `activity_at` ON `activity_events` (`at`);--> statement-breakpoint
CREATE TABLE `activity_totals` (
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`day` text NOT NULL,
	`events` integer NOT NULL,
	PRIMARY KEY(`kind`, `name`, `day`)
);
--> statement-breakpoint
CREATE TABLE `device_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `device_codes_user` ON `device_codes` (`user_id`);--> statement-breakpoint
CREATE INDEX `device_codes_expiry` ON `device_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `device_grants` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`device_code_hash` text NOT NULL,
	`user_code_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`user_agent` text,
	`address` text,
	`status` text NOT NULL,
	`user_id` integer,
	`interval` integer NOT NULL,
	`asked_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_grants_device_code_hash_unique` ON `device_grants` (`device_code_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `device_grants_user_code_hash_unique` ON `device_grants` (`user_code_hash`);--> statement-breakpoint
CREATE INDEX `device_grants_user` ON `device_grants` (`user_id`);--> statement-breakpoint
CREATE INDEX `device_grants_expiry` ON `device_grants` (`expires_at`);--> statement-breakpoint
CREATE TABLE `notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `releases` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`version` text NOT NULL,
	`mandatory` integer NOT NULL,
	`min_version` text,
	`download_url` text NOT NULL,
	`sha256` text NOT NULL,
	`release_notes` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `releases_version` ON `releases` (`platform`,`version`);--> statement-breakpoint
CREATE TABLE `gami_groups` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`join_code` text NOT NULL,
	`owner_id` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gami_groups_join_code_unique` ON `gami_groups` (`join_code`);--> statement-breakpoint
CREATE TABLE `gami_ledger` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`rule` text NOT NULL,
	`key` text NOT NULL,
	`xp` integer NOT NULL,
	`points` integer NOT NULL,
	`day` integer NOT NULL,
	`event_id` integer,
	`detail` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gami_ledger_key` ON `gami_ledger` (`user_id`,`key`);--> statement-breakpoint
CREATE INDEX `gami_ledger_user` ON `gami_ledger` (`user_id`,`id`) WHERE xp <> 0 or points <> 0;--> statement-breakpoint
CREATE INDEX `gami_ledger_rule` ON `gami_ledger` (`user_id`,`rule`,`day`,`xp`) WHERE xp > 0;--> statement-breakpoint
CREATE INDEX `gami_ledger_event` ON `gami_ledger` (`event_id`) WHERE event_id is not null;--> statement-breakpoint
CREATE TABLE `gami_members` (
	`group_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`joined_at` integer NOT NULL,
	PRIMARY KEY(`group_id`, `user_id`),
	FOREIGN KEY (`group_id`) REFERENCES `gami_groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `gami_members_user` ON `gami_members` (`user_id`);--> statement-breakpoint
CREATE TABLE `gami_profiles` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`xp` integer DEFAULT 0 NOT NULL,
	`points` integer DEFAULT 0 NOT NULL,
	`logins` integer DEFAULT 0 NOT NULL,
	`commits` integer DEFAULT 0 NOT NULL,
	`quizzes` integer DEFAULT 0 NOT NULL,
	`perfect_quizzes` integer DEFAULT 0 NOT NULL,
	`code_generations` integer DEFAULT 0 NOT NULL,
	`scans` integer DEFAULT 0 NOT NULL,
	`dangerous_links` integer DEFAULT 0 NOT NULL,
	`longest_streak` integer DEFAULT 0 NOT NULL,
	`day_checked_until` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "gami_points" CHECK("gami_profiles"."points" >= 0)
);
--> statement-breakpoint
CREATE TABLE `gami_redemptions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`reward_id` text NOT NULL,
	`quantity` integer NOT NULL,
	`points_spent` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`reward_id`) REFERENCES `gami_rewards`(`reward_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `gami_redemptions_user` ON `gami_redemptions` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `gami_redemptions_status` ON `gami_redemptions` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `gami_rewards` (
	`reward_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`points_cost` integer NOT NULL,
	`stock` integer,
	`active` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "gami_stock" CHECK("gami_rewards"."stock" >= 0),
	CONSTRAINT "gami_cost" CHECK("gami_rewards"."points_cost" > 0)
);
--> statement-breakpoint
CREATE TABLE `gami_scores` (
	`period` text NOT NULL,
	`first_day` integer NOT NULL,
	`user_id` integer NOT NULL,
	`score` integer NOT NULL,
	PRIMARY KEY(`user_id`, `period`, `first_day`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `gami_scores_rank` ON `gami_scores` (`period`,`first_day`,"score" desc,`user_id`);--> statement-breakpoint
CREATE TABLE `gami_streaks` (
	`user_id` integer NOT NULL,
	`first_day` integer NOT NULL,
	`last_day` integer NOT NULL,
	PRIMARY KEY(`user_id`, `first_day`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `identities` (
	`provider` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`provider`, `subject`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `identities_user` ON `identities` (`user_id`);--> statement-breakpoint
CREATE TABLE `feed_items` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `feed_principal` ON `feed_items` (`principal_id`,`id`);--> statement-breakpoint
CREATE TABLE `mobile_feedback` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`rating` integer NOT NULL,
	`comment` text,
	`screen_name` text,
	`device_info` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mobile_feedback_rating` ON `mobile_feedback` (`rating`,`id`);--> statement-breakpoint
CREATE INDEX `mobile_feedback_principal` ON `mobile_feedback` (`principal_id`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`read` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `notifications_principal` ON `notifications` (`principal_id`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_read` ON `notifications` (`principal_id`,`read`,`id`);--> statement-breakpoint
CREATE TABLE `push_outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`notification_id` integer NOT NULL,
	`token_id` integer NOT NULL,
	`platform` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`token_id`) REFERENCES `push_tokens`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `push_outbox_due` ON `push_outbox` (`platform`,`due_at`);--> statement-breakpoint
CREATE INDEX `push_outbox_notification` ON `push_outbox` (`notification_id`);--> statement-breakpoint
CREATE INDEX `push_outbox_token` ON `push_outbox` (`token_id`);--> statement-breakpoint
CREATE TABLE `push_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`session_id` integer NOT NULL,
	`platform` text NOT NULL,
	`device_token` text NOT NULL,
	`language` text NOT NULL,
	`registered_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_tokens_device` ON `push_tokens` (`platform`,`device_token`);--> statement-breakpoint
CREATE INDEX `push_tokens_principal` ON `push_tokens` (`principal_id`,`registered_at`);--> statement-breakpoint
CREATE INDEX `push_tokens_session` ON `push_tokens` (`session_id`);--> statement-breakpoint
CREATE TABLE `tasks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`assigned_by` integer,
	`type` text NOT NULL,
	`title` text NOT NULL,
	`description` text,
	`status` text NOT NULL,
	`payload` text NOT NULL,
	`due_at` integer,
	`remind_at` integer,
	`created_at` integer NOT NULL,
	`completed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`assigned_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `tasks_pending` ON `tasks` (`user_id`,`due_at`,`id`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `tasks_done` ON `tasks` (`user_id`,`completed_at`,`id`) WHERE status = 'done';--> statement-breakpoint
CREATE INDEX `tasks_user` ON `tasks` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `tasks_assigner` ON `tasks` (`assigned_by`);--> statement-breakpoint
CREATE INDEX `tasks_remind` ON `tasks` (`remind_at`) WHERE remind_at is not null;--> statement-breakpoint
CREATE TABLE `llm_cost_days` (
	`user_id` integer NOT NULL,
	`day` text NOT NULL,
	`model_name` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`unpriced` integer NOT NULL,
	PRIMARY KEY(`user_id`, `day`, `model_name`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `llm_cost_days_together` ON `llm_cost_days` (`user_id`,`day`,`requests`,`input_tokens`,`output_tokens`,`cost_nanos`,`unpriced`) WHERE "llm_cost_days"."model_name" = '';--> statement-breakpoint
CREATE TABLE `llm_cost_totals` (
	`day` text NOT NULL,
	`model_name` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`unpriced` integer NOT NULL,
	PRIMARY KEY(`day`, `model_name`)
);
--> statement-breakpoint
CREATE TABLE `llm_costs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`run_id` text,
	`model_name` text NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`reported_nanos` integer,
	`computed_nanos` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `llm_costs_created` ON `llm_costs` (`created_at`);--> statement-breakpoint
CREATE INDEX `llm_costs_owner` ON `llm_costs` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `llm_costs_run` ON `llm_costs` (`user_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `llm_feedback` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`trace_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`rating` text NOT NULL,
	`comment` text,
	`tags` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`trace_id`) REFERENCES `llm_traces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `llm_feedback_trace` ON `llm_feedback` (`trace_id`,`id`);--> statement-breakpoint
CREATE INDEX `llm_feedback_user` ON `llm_feedback` (`user_id`);--> statement-breakpoint
CREATE TABLE `llm_prices` (
	`model` text PRIMARY KEY NOT NULL,
	`input_nanos` integer NOT NULL,
	`output_nanos` integer NOT NULL,
	`date` text NOT NULL,
	`source` text NOT NULL,
	`edited_at` integer,
	`removed` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `llm_trace_texts` (
	`trace_id` integer PRIMARY KEY NOT NULL,
	`prompt` text,
	`masked_prompt` text NOT NULL,
	`response` text NOT NULL,
	`tool_calls` text NOT NULL,
	`metadata` text NOT NULL,
	FOREIGN KEY (`trace_id`) REFERENCES `llm_traces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `llm_traces` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`run_id` text NOT NULL,
	`model` text,
	`prompt_excerpt` text,
	`response_excerpt` text,
	`url_findings` text NOT NULL,
	`policy_hits` text NOT NULL,
	`rating` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `traces_created` ON `llm_traces` (`created_at`);--> statement-breakpoint
CREATE INDEX `traces_model` ON `llm_traces` (`model`,`created_at`);--> statement-breakpoint
CREATE INDEX `traces_run` ON `llm_traces` (`run_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `traces_owner` ON `llm_traces` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `traces_owner_model` ON `llm_traces` (`user_id`,`model`,`created_at`);--> statement-breakpoint
CREATE INDEX `traces_owner_run` ON `llm_traces` (`user_id`,`run_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `traces_rated` ON `llm_traces` (`rating`,`created_at`) WHERE "llm_traces"."rating" is not null;--> statement-breakpoint
CREATE INDEX `traces_rated_model` ON `llm_traces` (`rating`,`model`,`created_at`) WHERE "llm_traces"."rating" is not null;--> statement-breakpoint
CREATE INDEX `traces_owner_rated` ON `llm_traces` (`user_id`,`rating`,`created_at`) WHERE "llm_traces"."rating" is not null;--> statement-breakpoint
CREATE INDEX `traces_owner_rated_model` ON `llm_traces` (`user_id`,`rating`,`model`,`created_at`) WHERE "llm_traces"."rating" is not null;--> statement-breakpoint
CREATE TABLE `quiz_cards` (
	`user_id` integer NOT NULL,
	`question_id` integer NOT NULL,
	`due_at` integer NOT NULL,
	`stability` real NOT NULL,
	`difficulty` real NOT NULL,
	`scheduled_days` integer NOT NULL,
	`reps` integer NOT NULL,
	`lapses` integer NOT NULL,
	`state` integer NOT NULL,
	`reviewed_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `question_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`question_id`) REFERENCES `quiz_questions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quiz_cards_due` ON `quiz_cards` (`user_id`,`due_at`);--> statement-breakpoint
CREATE INDEX `quiz_cards_of` ON `quiz_cards` (`question_id`);--> statement-breakpoint
CREATE TABLE `quiz_figures` (
	`user_id` integer NOT NULL,
	`pool_id` integer NOT NULL,
	`topic` text NOT NULL,
	`answered` integer NOT NULL,
	`correct` integer NOT NULL,
	PRIMARY KEY(`user_id`, `pool_id`, `topic`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`pool_id`) REFERENCES `quiz_pools`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quiz_figures_pool` ON `quiz_figures` (`pool_id`);--> statement-breakpoint
CREATE TABLE `quiz_items` (
	`session_id` integer NOT NULL,
	`position` integer NOT NULL,
	`question_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`option_order` text NOT NULL,
	`selected_option_id` integer,
	`answered_at` integer,
	`took_ms` integer,
	PRIMARY KEY(`session_id`, `position`),
	FOREIGN KEY (`session_id`) REFERENCES `quiz_sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`question_id`) REFERENCES `quiz_questions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `quiz_items_question` ON `quiz_items` (`session_id`,`question_id`);--> statement-breakpoint
CREATE INDEX `quiz_items_of` ON `quiz_items` (`question_id`);--> statement-breakpoint
CREATE TABLE `quiz_learners` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`rating` real NOT NULL,
	`rated` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `quiz_pools` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`owner_id` integer,
	`kept_by` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`category` text NOT NULL,
	`difficulty` text NOT NULL,
	`tags` text NOT NULL,
	`question_count` integer NOT NULL,
	`content_hash` text NOT NULL,
	`source` text,
	`metadata` text,
	`retired_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quiz_pools_owner` ON `quiz_pools` (`owner_id`,`retired_at`);--> statement-breakpoint
CREATE TABLE `quiz_questions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`pool_id` integer NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`topic` text NOT NULL,
	`difficulty` text NOT NULL,
	`content_hash` text NOT NULL,
	`rating` real NOT NULL,
	`rated` integer DEFAULT 0 NOT NULL,
	`retired_at` integer,
	FOREIGN KEY (`pool_id`) REFERENCES `quiz_pools`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `quiz_questions_name` ON `quiz_questions` (`pool_id`,`name`);--> statement-breakpoint
CREATE TABLE `quiz_sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`pool_id` integer NOT NULL,
	`mode` text NOT NULL,
	`status` text NOT NULL,
	`total` integer NOT NULL,
	`answered` integer DEFAULT 0 NOT NULL,
	`correct` integer,
	`score` integer,
	`started_at` integer NOT NULL,
	`expires_at` integer,
	`finished_at` integer,
	`last_answer_at` integer,
	`event_id` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`pool_id`) REFERENCES `quiz_pools`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quiz_sessions_user` ON `quiz_sessions` (`user_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `quiz_sessions_pool` ON `quiz_sessions` (`user_id`,`status`,`pool_id`,`id`,`score`);--> statement-breakpoint
CREATE INDEX `quiz_sessions_overdue` ON `quiz_sessions` (`expires_at`) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX `quiz_sessions_of` ON `quiz_sessions` (`pool_id`);--> statement-breakpoint
CREATE TABLE `quiz_wordings` (
	`question_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`wording` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`question_id`, `revision`),
	FOREIGN KEY (`question_id`) REFERENCES `quiz_questions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `schedule_runs` (
	`job` text PRIMARY KEY NOT NULL,
	`period` integer NOT NULL,
	`attempts` integer NOT NULL,
	`holder` text NOT NULL,
	`held_until` integer,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`error` text
);
--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` integer;--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit_log` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_target` ON `audit_log` (`target`,`id`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit_log` (`actor_id`,`id`);