import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import {
  llm_cost_days,
  llm_cost_months,
  llm_cost_totals,
  llm_costs,
  preparedStatements,
  transact,
} from '../../../db/index.ts';
import { toUtcDate } from '../../core/days.ts';
import { invalid } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toUtcMonth } from '../utc-days.ts';
import { computeCost, differsMaterially, toDollars, toNanos } from './money.ts';
import { findPrice } from './prices.ts';
import type { RecordCostInput, RecordedCost } from './schemas.ts';

/** The row with the sum of all models has an empty model name. */
const ALL_MODELS = '';

const counts = {
  requests: 1,
  input_tokens: sql.placeholder('input_tokens'),
  output_tokens: sql.placeholder('output_tokens'),
  cost_nanos: sql.placeholder('cost_nanos'),
  unpriced: sql.placeholder('unpriced'),
};
const sums = { day: sql.placeholder('day'), model_name: sql.placeholder('model_name'), ...counts };

const addToSums = (table: typeof llm_cost_days | typeof llm_cost_months | typeof llm_cost_totals) => ({
  requests: sql`${table.requests} + 1`,
  input_tokens: sql`${table.input_tokens} + excluded.input_tokens`,
  output_tokens: sql`${table.output_tokens} + excluded.output_tokens`,
  cost_nanos: sql`${table.cost_nanos} + excluded.cost_nanos`,
  unpriced: sql`${table.unpriced} + excluded.unpriced`,
});

const statements = preparedStatements((db) => ({
  cost: db
    .insert(llm_costs)
    .values({
      user_id: sql.placeholder('user_id'),
      run_id: sql.placeholder('run_id'),
      model_name: sql.placeholder('model_name'),
      input_tokens: sql.placeholder('input_tokens'),
      output_tokens: sql.placeholder('output_tokens'),
      cached_input_tokens: sql.placeholder('cached_input_tokens'),
      cache_write_tokens: sql.placeholder('cache_write_tokens'),
      reasoning_tokens: sql.placeholder('reasoning_tokens'),
      reported_nanos: sql.placeholder('reported_nanos'),
      computed_nanos: sql.placeholder('computed_nanos'),
      created_at: sql.placeholder('created_at'),
    })
    .returning({ id: llm_costs.id })
    .prepare(),
  day: db
    .insert(llm_cost_days)
    .values({ user_id: sql.placeholder('user_id'), ...sums })
    .onConflictDoUpdate({
      target: [llm_cost_days.user_id, llm_cost_days.day, llm_cost_days.model_name],
      set: addToSums(llm_cost_days),
    })
    .prepare(),
  month: db
    .insert(llm_cost_months)
    .values({ user_id: sql.placeholder('user_id'), month: sql.placeholder('month'), ...counts })
    .onConflictDoUpdate({
      target: [llm_cost_months.user_id, llm_cost_months.month],
      set: addToSums(llm_cost_months),
    })
    .prepare(),
  total: db
    .insert(llm_cost_totals)
    .values(sums)
    .onConflictDoUpdate({
      target: [llm_cost_totals.day, llm_cost_totals.model_name],
      set: addToSums(llm_cost_totals),
    })
    .prepare(),
}));

/**
 * Stores the cost of one call of a model, as reported and as computed with the current price table. Throws INVALID_INPUT
 * for parts that are more than their whole.
 */
export function recordCost(
  ctx: KeyContext,
  input: z.output<typeof RecordCostInput>,
): z.infer<typeof RecordedCost> {
  const { model_name, run_id: _run, cost_usd: _cost, ...tokens } = input;
  assertParts(tokens);
  const price = findPrice(ctx.db, model_name);
  const computed_nanos = price && computeCost(price, tokens);
  const reported_nanos = typeof input.cost_usd === 'number' ? toNanos(input.cost_usd) : null;
  const cost_nanos = reported_nanos ?? computed_nanos;
  const now = ctx.clock.now();
  const call = { user_id: ctx.caller.principal_id, model_name, ...tokens };
  const row = transact(ctx.db, () => {
    const { cost, day: addToDay, month, total } = statements(ctx.db);
    const day = toUtcDate(now);
    const increments = { day, cost_nanos: cost_nanos ?? 0, unpriced: cost_nanos === null ? 1 : 0 };
    addToDay.run({ ...call, ...increments });
    addToDay.run({ ...call, ...increments, model_name: ALL_MODELS });
    month.run({ ...call, ...increments, month: toUtcMonth(day) });
    total.run({ ...call, ...increments });
    const run_id = input.run_id ?? null;
    return cost.get({ ...call, run_id, reported_nanos, computed_nanos, created_at: now });
  });
  return {
    id: row?.id as number,
    cost_usd: toDollars(cost_nanos),
    computed_usd: toDollars(computed_nanos),
    differs:
      reported_nanos !== null && computed_nanos !== null && differsMaterially(reported_nanos, computed_nanos),
  };
}

function assertParts(tokens: Omit<z.output<typeof RecordCostInput>, 'model_name'>): void {
  if (tokens.cached_input_tokens + tokens.cache_write_tokens > tokens.input_tokens)
    throw invalid(
      'input_tokens',
      '캐시에서 읽거나 캐시에 쓴 토큰을 포함해야 합니다',
      'It must include the tokens that were read from the cache or written to it',
    );
  if (tokens.reasoning_tokens > tokens.output_tokens)
    throw invalid('output_tokens', '추론 토큰을 포함해야 합니다', 'It must include the reasoning tokens');
}
