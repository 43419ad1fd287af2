CREATE TABLE `llm_cost_totals` (
	`day` text NOT NULL,
	`model_name` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`unpriced` integer NOT NULL,
	PRIMARY KEY(`day`, `model_name`)
);
--> statement-breakpoint
DROP INDEX `llm_cost_days_user`;--> statement-breakpoint
DROP INDEX `llm_cost_days_model`;--> statement-breakpoint
CREATE INDEX `llm_cost_days_together` ON `llm_cost_days` (`user_id`,`day`,`requests`,`input_tokens`,`output_tokens`,`cost_nanos`,`unpriced`) WHERE "llm_cost_days"."model_name" = '';