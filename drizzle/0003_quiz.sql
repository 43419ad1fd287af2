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
