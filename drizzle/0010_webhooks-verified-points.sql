DROP INDEX `gami_ledger_rule`;--> statement-breakpoint
ALTER TABLE `gami_ledger` ADD `verified_xp` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `gami_ledger_rule` ON `gami_ledger` (`user_id`,`rule`,`day`,`xp`,`verified_xp`) WHERE (xp > 0 or verified_xp > 0);--> statement-breakpoint
ALTER TABLE `gami_profiles` ADD `verified_xp` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `projects` ADD `remote_since` integer;--> statement-breakpoint
ALTER TABLE `projects` ADD `webhook_rotations` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `projects_remote_folded` ON `projects` (lower("remote_key"));--> statement-breakpoint
UPDATE `gami_ledger` SET `verified_xp` = `xp` WHERE `xp` > 0;--> statement-breakpoint
UPDATE `gami_profiles` SET `verified_xp` = `xp`;--> statement-breakpoint
UPDATE `projects` SET `remote_since` = `created_at` WHERE `remote_key` IS NOT NULL;--> statement-breakpoint
-- Instants that no answer can show, and numbers whose differences have no end, are from before inputs had bounds.
UPDATE `commits` SET `committed_at` = `created_at` WHERE `committed_at` NOT BETWEEN -62167219200000 AND 253402300799999;--> statement-breakpoint
UPDATE `tasks` SET `due_at` = NULL, `remind_at` = NULL WHERE `due_at` NOT BETWEEN -62167219200000 AND 253402300799999;--> statement-breakpoint
UPDATE `notices` SET `starts_at` = `created_at` WHERE `starts_at` NOT BETWEEN -62167219200000 AND 253402300799999;--> statement-breakpoint
UPDATE `notices` SET `ends_at` = NULL WHERE `ends_at` NOT BETWEEN -62167219200000 AND 253402300799999;--> statement-breakpoint
UPDATE `scans` SET `avg_complexity` = NULL WHERE `avg_complexity` > 1000000000000;--> statement-breakpoint
UPDATE `scans` SET `total_loc` = 1000000000000 WHERE `total_loc` > 1000000000000;--> statement-breakpoint
UPDATE `scans` SET `language_stats` = '{}' WHERE EXISTS (SELECT 1 FROM json_each(`scans`.`language_stats`) AS `entry` WHERE `entry`.`type` IN ('integer', 'real') AND `entry`.`value` > 1000000000000);--> statement-breakpoint
UPDATE `projects` SET `avg_complexity` = NULL WHERE `avg_complexity` > 1000000000000;--> statement-breakpoint
UPDATE `projects` SET `total_loc` = 1000000000000 WHERE `total_loc` > 1000000000000;--> statement-breakpoint
UPDATE `projects` SET `language_stats` = '{}' WHERE EXISTS (SELECT 1 FROM json_each(`projects`.`language_stats`) AS `entry` WHERE `entry`.`type` IN ('integer', 'real') AND `entry`.`value` > 1000000000000);
