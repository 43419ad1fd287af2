-- Databases from before 0003 have days of cost and no months: each month is the sum of its days over all models.
INSERT INTO `llm_cost_months` (`user_id`, `month`, `requests`, `input_tokens`, `output_tokens`, `cost_nanos`, `unpriced`)
SELECT `user_id`, substr(`day`, 1, 7) || '-01', sum(`requests`), sum(`input_tokens`), sum(`output_tokens`), sum(`cost_nanos`), sum(`unpriced`)
FROM `llm_cost_days`
WHERE `model_name` = '' AND NOT EXISTS (SELECT 1 FROM `llm_cost_months`)
GROUP BY 1, 2;
--> statement-breakpoint
-- Scheduled jobs are named by ids instead of sentences.
UPDATE `schedule_runs` SET `job` = CASE `job`
	WHEN 'end leases that have run out' THEN 'expire-leases'
	WHEN 'send what is due to phones' THEN 'deliver-push'
	WHEN 'remind of tasks that are due' THEN 'remind-due-tasks'
	WHEN 'put right what a clock that was set back left' THEN 'fix-clock-skew'
	WHEN 'finish quizzes whose time is over' THEN 'finish-quizzes'
	WHEN 'forget the scores of periods that are over' THEN 'delete-old-scores'
	WHEN 'forget what has expired' THEN 'delete-expired'
	WHEN 'delete files that nobody names' THEN 'collect-files'
	WHEN 'forget what is old' THEN 'apply-retention'
	WHEN 'back up' THEN 'nightly-backup'
	ELSE `job`
END;
