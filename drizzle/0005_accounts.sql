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
CREATE UNIQUE INDEX `releases_version` ON `releases` (`platform`,`version`);