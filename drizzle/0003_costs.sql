CREATE TABLE `llm_cost_months` (
	`user_id` integer NOT NULL,
	`month` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`unpriced` integer NOT NULL,
	PRIMARY KEY(`user_id`, `month`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP INDEX `llm_cost_days_together`;--> statement-breakpoint
CREATE INDEX `llm_cost_days_together` ON `llm_cost_days` (`day`,`user_id`,`requests`,`input_tokens`,`output_tokens`,`cost_nanos`,`unpriced`) WHERE "llm_cost_days"."model_name" = '';