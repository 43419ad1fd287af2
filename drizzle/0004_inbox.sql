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
CREATE INDEX `tasks_remind` ON `tasks` (`remind_at`) WHERE remind_at is not null;