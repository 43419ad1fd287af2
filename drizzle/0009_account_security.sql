CREATE TABLE `login_addresses` (
	`user_id` integer NOT NULL,
	`address_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `address_hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `login_addresses_expiry` ON `login_addresses` (`expires_at`);--> statement-breakpoint
DROP INDEX `users_email`;--> statement-breakpoint
DROP INDEX `users_username`;--> statement-breakpoint
ALTER TABLE `users` ADD `email_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `username_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `users` SET `email_key` = fold_email(`email`), `username_key` = fold_name(`username`);--> statement-breakpoint
-- Of names that are the same by now, the oldest account keeps its own; the others get another one to log in by.
UPDATE `users` SET `username` = `username` || '-' || `id` || '-' || lower(hex(randomblob(3))) WHERE EXISTS (
	SELECT 1 FROM `users` AS `older` WHERE `older`.`username_key` = `users`.`username_key` AND `older`.`id` < `users`.`id`
);--> statement-breakpoint
UPDATE `users` SET `username_key` = fold_name(`username`);--> statement-breakpoint
-- Of addresses that are the same by now, only the oldest account is found by it; the others are by their usernames.
UPDATE `users` SET `email_key` = `email_key` || '#' || `id` WHERE EXISTS (
	SELECT 1 FROM `users` AS `older` WHERE `older`.`email_key` = `users`.`email_key` AND `older`.`id` < `users`.`id`
);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_key` ON `users` (`username_key`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `authenticated_at` integer;