import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { llm_cost_days, llm_cost_months, llm_cost_totals, llm_costs, users } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { type DaySpan, splitMonths, splitPeriod } from '../utc-days.ts';
import { toDollars } from './money.ts';
import type { CostSums, Costs, CostsInput } from './schemas.ts';

const MOST_ROWS = 1000;

type Grouping = z.output<typeof CostsInput>['group_by'];
type Key = string | number;

interface Sums {
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number;
  unpriced: number;
}

type Row = Sums & Partial<Record<Grouping, Key>>;

const summed = (table: typeof llm_cost_days | typeof llm_cost_months | typeof llm_cost_totals) => ({
  requests: sql<number>`sum(${table.requests})`,
  input_tokens: sql<number>`sum(${table.input_tokens})`,
  output_tokens: sql<number>`sum(${table.output_tokens})`,
  cost_nanos: sql<number>`sum(${table.cost_nanos})`,
  unpriced: sql<number>`sum(${table.unpriced})`,
});

const cost = sql`coalesce(${llm_costs.reported_nanos}, ${llm_costs.computed_nanos})`;
const calls = {
  user: llm_costs.user_id,
  day: sql<string>`date(${llm_costs.created_at} / 1000, 'unixepoch')`,
  model: llm_costs.model_name,
  requests: sql<number>`count(*)`,
  input_tokens: sql<number>`sum(${llm_costs.input_tokens})`,
  output_tokens: sql<number>`sum(${llm_costs.output_tokens})`,
  cost_nanos: sql<number>`coalesce(sum(${cost}), 0)`,
  unpriced: sql<number>`count(*) - count(${cost})`,
};

/**
 * What models cost: mine; an administrator's is everyone's. Whole months (of a user) and days are read from their
 * sums, and only the pieces of days at the ends of the period from the single calls. Throws NOT_FOUND for a user
 * there is not.
 */
export function getCostReport(ctx: UserContext, input: z.output<typeof CostsInput>): z.infer<typeof Costs> {
  const { group_by } = input;
  const user_id = getOwnerFilter(ctx, input.user_id);
  const { days, edges } = splitPeriod(input);
  const groups = new Map<Key, Sums>();
  const totals = nothing();
  const deps = [
    ...(group_by === 'user' ? sumsOfUsers(ctx, user_id, days) : [sumsOfDays(ctx, group_by, user_id, days)]),
    ...edges.map((edge) => sumsOfCalls(ctx, group_by, user_id, edge)),
  ];
  for (const row of deps.flat()) {
    const key = row[group_by] as Key;
    const group = groups.get(key) ?? nothing();
    groups.set(key, group);
    add(group, row);
    add(totals, row);
  }
  // What a month had outside of the period is taken off again, which may be all.
  const rows = [...groups]
    .filter(([, { requests }]) => requests > 0)
    .sort(group_by === 'day' ? byKey : byCost);
  return { group_by, rows: named(ctx, group_by, rows), totals: shown(totals) };
}

function sumsOfUsers(ctx: UserContext, user_id: number | null, period: DaySpan): Row[][] {
  const { months, days, less } = splitMonths(period);
  const sums = (some: DaySpan) => sumsOfDays(ctx, 'user', user_id, some);
  return [
    sumsOfMonths(ctx, user_id, months),
    ...days.map(sums),
    ...less.map((some) => sums(some).map(negative)),
  ];
}

function negative(row: Row): Row {
  const less = nothing();
  for (const name of NAMES) less[name] = -row[name];
  return { ...row, ...less };
}

function sumsOfMonths({ db }: UserContext, user_id: number | null, [from, before]: DaySpan): Row[] {
  const { user_id: user, month } = llm_cost_months;
  return db
    .select({ ...summed(llm_cost_months), user })
    .from(llm_cost_months)
    .where(and(of(user, user_id), gte(month, from), lt(month, before)))
    .groupBy(user)
    .all();
}

function sumsOfDays(
  { db }: UserContext,
  by: Grouping,
  user_id: number | null,
  [from, before]: DaySpan,
): Row[] {
  const table = user_id === null && by !== 'user' ? llm_cost_totals : llm_cost_days;
  const key = { user: llm_cost_days.user_id, day: table.day, model: table.model_name }[by];
  const together = by === 'user' ? sql`${table.model_name} = ''` : sql`${table.model_name} <> ''`;
  return db
    .select({ ...summed(table), [by]: key })
    .from(table)
    .where(and(of(llm_cost_days.user_id, user_id), gte(table.day, from), lt(table.day, before), together))
    .groupBy(key)
    .all() as unknown as Row[];
}

function sumsOfCalls(
  { db }: UserContext,
  by: Grouping,
  user_id: number | null,
  [from, before]: [number, number],
): Row[] {
  const { user, day, model, ...sums } = calls;
  const key = { user, day, model }[by];
  return db
    .select({ ...sums, [by]: key })
    .from(llm_costs)
    .where(
      and(of(llm_costs.user_id, user_id), gte(llm_costs.created_at, from), lt(llm_costs.created_at, before)),
    )
    .groupBy(key)
    .all() as unknown as Row[];
}

function of(
  column: typeof llm_cost_days.user_id | typeof llm_cost_months.user_id | typeof llm_costs.user_id,
  user_id: number | null,
): SQL | undefined {
  return user_id === null ? undefined : eq(column, user_id);
}

const NAMES = ['requests', 'input_tokens', 'output_tokens', 'cost_nanos', 'unpriced'] as const;

function nothing(): Sums {
  return { requests: 0, input_tokens: 0, output_tokens: 0, cost_nanos: 0, unpriced: 0 };
}

function add(sums: Sums, more: Sums): void {
  for (const name of NAMES) sums[name] += more[name];
}

function byKey([a]: [Key, Sums], [b]: [Key, Sums]): number {
  return a < b ? -1 : 1;
}

function byCost([, a]: [Key, Sums], [, b]: [Key, Sums]): number {
  return b.cost_nanos - a.cost_nanos || b.requests - a.requests;
}

function named({ db }: UserContext, by: Grouping, groups: [Key, Sums][]): z.infer<typeof Costs>['rows'] {
  const rows = by === 'day' ? groups : groups.slice(0, MOST_ROWS);
  if (by !== 'user') return rows.map(([key, sums]) => ({ [by]: key, ...shown(sums) }));
  const ids = rows.map(([id]) => id as number);
  const names = new Map(
    db
      .select({ id: users.id, user_id: users.user_id })
      .from(users)
      // A placeholder for each would take longer than the sums.
      .where(sql`${users.id} in (select value from json_each(${JSON.stringify(ids)}))`)
      .all()
      .map(({ id, user_id }) => [id as Key, user_id]),
  );
  return rows.map(([id, sums]) => ({ user_id: names.get(id), ...shown(sums) }));
}

function shown({ cost_nanos, ...sums }: Sums): z.infer<typeof CostSums> {
  return { ...sums, cost_usd: toDollars(cost_nanos) };
}
