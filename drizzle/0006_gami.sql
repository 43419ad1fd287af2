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
