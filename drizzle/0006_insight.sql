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
CREATE INDEX `traces_owner_rated_model` ON `llm_traces` (`user_id`,`rating`,`model`,`created_at`) WHERE "llm_traces"."rating" is not null;