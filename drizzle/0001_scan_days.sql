CREATE TABLE `scan_days` (
	`day` text NOT NULL,
	`model_version` text NOT NULL,
	`scans` integer NOT NULL,
	`cached` integer NOT NULL,
	`dangerous` integer NOT NULL,
	`judged` integer NOT NULL,
	`risk_sum` real NOT NULL,
	PRIMARY KEY(`day`, `model_version`)
);
