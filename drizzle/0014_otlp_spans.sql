CREATE TABLE `llm_spans` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`run_id` text NOT NULL,
	`span_id` text NOT NULL,
	`parent_span_id` text,
	`trace_id` integer,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`failed` integer NOT NULL,
	`error` text,
	`model` text,
	`session_id` text,
	`end_user` text,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cached_input_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`started_us` integer NOT NULL,
	`duration_us` integer NOT NULL,
	`input` text,
	`output` text,
	`attributes` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`trace_id`) REFERENCES `llm_traces`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `llm_spans_own` ON `llm_spans` (`user_id`,`run_id`,`span_id`);--> statement-breakpoint
CREATE INDEX `llm_spans_run` ON `llm_spans` (`user_id`,`run_id`,`started_us`);--> statement-breakpoint
CREATE INDEX `llm_spans_trace` ON `llm_spans` (`trace_id`);--> statement-breakpoint
ALTER TABLE `llm_costs` ADD `cached_input_tokens` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `llm_costs` ADD `cache_write_tokens` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `llm_costs` ADD `reasoning_tokens` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `llm_prices` ADD `cached_input_nanos` integer;--> statement-breakpoint
ALTER TABLE `llm_prices` ADD `cache_write_nanos` integer;