CREATE TABLE `feed_imports` (
	`name` text PRIMARY KEY NOT NULL,
	`ttl_ms` integer NOT NULL,
	`file` text NOT NULL,
	`created_at` integer NOT NULL
);
