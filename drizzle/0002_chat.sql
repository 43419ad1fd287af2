CREATE TABLE `chat_logs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`principal_id` integer NOT NULL,
	`user_message` text NOT NULL,
	`bot_response` text NOT NULL,
	`intent_type` text NOT NULL,
	`tool_used` text NOT NULL,
	`engine` text NOT NULL,
	`topic_id` text,
	`flags` text NOT NULL,
	`response_time` real NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`principal_id`) REFERENCES `principals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `chat_principal` ON `chat_logs` (`principal_id`,`id`);--> statement-breakpoint
CREATE INDEX `chat_created` ON `chat_logs` (`created_at`);--> statement-breakpoint
CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`category` text NOT NULL,
	`kind` text NOT NULL,
	`pattern` text NOT NULL,
	`applies_to` text NOT NULL,
	`action` text NOT NULL,
	`description` text NOT NULL,
	`tests` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `policy_versions` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
