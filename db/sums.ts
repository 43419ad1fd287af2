import type { Db } from './open.ts';

/**
 * Fills sums that came later than what they sum, once: months from the days of a database that had no months yet.
 * Looks at each start, since a process may end between the migration and this. Migrations may stop before there are
 * any.
 */
export function fillSums(db: Db): void {
  const known = db.$client.prepare("SELECT 1 FROM sqlite_master WHERE name = 'llm_cost_months'").get();
  if (!known) return;
  const missing = db.$client.prepare(
    `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM llm_cost_months)
     AND EXISTS (SELECT 1 FROM llm_cost_days WHERE model_name = '')`,
  );
  const fill = db.$client.prepare(
    `INSERT INTO llm_cost_months (user_id, month, requests, input_tokens, output_tokens, cost_nanos, unpriced)
     SELECT user_id, substr(day, 1, 7) || '-01', sum(requests), sum(input_tokens), sum(output_tokens),
       sum(cost_nanos), sum(unpriced)
     FROM llm_cost_days WHERE model_name = '' GROUP BY 1, 2`,
  );
  if (!missing.get()) return;
  db.$client.transaction(() => missing.get() && fill.run()).immediate();
}
