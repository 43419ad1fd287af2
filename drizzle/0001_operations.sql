CREATE TABLE `schedule_runs` (
	`job` text PRIMARY KEY NOT NULL,
	`period` integer NOT NULL,
	`attempts` integer NOT NULL,
	`holder` text NOT NULL,
	`held_until` integer,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`error` text
);
