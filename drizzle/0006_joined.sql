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
CREATE INDEX `llm_cost_days_user` ON `llm_cost_days` (`user_id`,`day`,`requests`,`input_tokens`,`output_tokens`,`cost_nanos`,`unpriced`);--> statement-breakpoint
CREATE INDEX `llm_cost_days_model` ON `llm_cost_days` (`day`,`model_name`,`requests`,`input_tokens`,`output_tokens`,`cost_nanos`,`unpriced`);--> statement-breakpoint
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
CREATE INDEX `audit_action` ON `audit_log` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_target` ON `audit_log` (`target`,`id`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit_log` (`actor_id`,`id`);