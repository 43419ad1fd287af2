import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { llm_cost_days, llm_cost_months, llm_cost_totals, llm_costs, users } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { type DaySpan, splitMonths, splitPeriod } from '../utc-days.ts';
import { toDollars } from './money.ts';
import type { CostReport, CostReportInput, CostSums } from './schemas.ts';

const MAX_ROWS = 1000;

type Grouping = z.output<typeof CostReportInput>['group_by'];
type GroupKey = string | number;

interface CostCounts {
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number;
  unpriced: number;
}

type GroupSums = CostCounts & Partial<Record<Grouping, GroupKey>>;

const toSumColumns = (table: typeof llm_cost_days | typeof llm_cost_months | typeof llm_cost_totals) => ({
  requests: sql<number>`sum(${table.requests})`,
  input_tokens: sql<number>`sum(${table.input_tokens})`,
  output_tokens: sql<number>`sum(${table.output_tokens})`,
  cost_nanos: sql<number>`sum(${table.cost_nanos})`,
  unpriced: sql<number>`sum(${table.unpriced})`,
});

const costNanos = sql`coalesce(${llm_costs.reported_nanos}, ${llm_costs.computed_nanos})`;
const callColumns = {
  user: llm_costs.user_id,
  day: sql<string>`date(${llm_costs.created_at} / 1000, 'unixepoch')`,
  model: llm_costs.model_name,
  requests: sql<number>`count(*)`,
  input_tokens: sql<number>`sum(${llm_costs.input_tokens})`,
  output_tokens: sql<number>`sum(${llm_costs.output_tokens})`,
  cost_nanos: sql<number>`coalesce(sum(${costNanos}), 0)`,
  unpriced: sql<number>`count(*) - count(${costNanos})`,
};

/**
 * The cost of the caller's calls, or of everyone's for an administrator. Whole months (by user) and days are read from
 * stored sums, and only the parts of days at the ends of the period from single calls. Throws NOT_FOUND for an unknown
 * user.
 */
export function getCostReport(
  ctx: UserContext,
  input: z.output<typeof CostReportInput>,
): z.infer<typeof CostReport> {
  const { group_by } = input;
  const user_id = getOwnerFilter(ctx, input.user_id);
  const { days, edges } = splitPeriod(input);
  const groups = new Map<GroupKey, CostCounts>();
  const totals = emptySums();
  const rowSets = [
    ...(group_by === 'user' ? sumByUser(ctx, user_id, days) : [sumDays(ctx, group_by, user_id, days)]),
    ...edges.map((edge) => sumCalls(ctx, group_by, user_id, edge)),
  ];
  for (const row of rowSets.flat()) {
    const key = row[group_by] as GroupKey;
    const group = groups.get(key) ?? emptySums();
    groups.set(key, group);
    addSums(group, row);
    addSums(totals, row);
  }
  // Subtracting the days outside of the period may leave a group without requests.
  const rows = [...groups]
    .filter(([, { requests }]) => requests > 0)
    .sort(group_by === 'day' ? compareKeys : compareCosts);
  return { group_by, rows: toCostRows(ctx, group_by, rows), totals: toCostSums(totals) };
}

function sumByUser(ctx: UserContext, user_id: number | null, period: DaySpan): GroupSums[][] {
  const { months, days, excess } = splitMonths(period);
  const sum = (span: DaySpan) => sumDays(ctx, 'user', user_id, span);
  return [sumMonths(ctx, user_id, months), ...days.map(sum), ...excess.map((span) => sum(span).map(negate))];
}

function negate(row: GroupSums): GroupSums {
  const negated = emptySums();
  for (const name of SUM_NAMES) negated[name] = -row[name];
  return { ...row, ...negated };
}

function sumMonths({ db }: UserContext, user_id: number | null, [from, before]: DaySpan): GroupSums[] {
  const { user_id: user, month } = llm_cost_months;
  return db
    .select({ ...toSumColumns(llm_cost_months), user })
    .from(llm_cost_months)
    .where(and(whereUser(user, user_id), gte(month, from), lt(month, before)))
    .groupBy(user)
    .all();
}

function sumDays(
  { db }: UserContext,
  by: Grouping,
  user_id: number | null,
  [from, before]: DaySpan,
): GroupSums[] {
  const table = user_id === null && by !== 'user' ? llm_cost_totals : llm_cost_days;
  const key = { user: llm_cost_days.user_id, day: table.day, model: table.model_name }[by];
  const modelFilter = by === 'user' ? sql`${table.model_name} = ''` : sql`${table.model_name} <> ''`;
  return db
    .select({ ...toSumColumns(table), [by]: key })
    .from(table)
    .where(
      and(
        whereUser(llm_cost_days.user_id, user_id),
        gte(table.day, from),
        lt(table.day, before),
        modelFilter,
      ),
    )
    .groupBy(key)
    .all() as unknown as GroupSums[];
}

function sumCalls(
  { db }: UserContext,
  by: Grouping,
  user_id: number | null,
  [from, before]: [number, number],
): GroupSums[] {
  const { user, day, model, ...sums } = callColumns;
  const key = { user, day, model }[by];
  return db
    .select({ ...sums, [by]: key })
    .from(llm_costs)
    .where(
      and(
        whereUser(llm_costs.user_id, user_id),
        gte(llm_costs.created_at, from),
        lt(llm_costs.created_at, before),
      ),
    )
    .groupBy(key)
    .all() as unknown as GroupSums[];
}

function whereUser(
  column: typeof llm_cost_days.user_id | typeof llm_cost_months.user_id | typeof llm_costs.user_id,
  user_id: number | null,
): SQL | undefined {
  return user_id === null ? undefined : eq(column, user_id);
}

const SUM_NAMES = ['requests', 'input_tokens', 'output_tokens', 'cost_nanos', 'unpriced'] as const;

function emptySums(): CostCounts {
  return { requests: 0, input_tokens: 0, output_tokens: 0, cost_nanos: 0, unpriced: 0 };
}

function addSums(sums: CostCounts, added: CostCounts): void {
  for (const name of SUM_NAMES) sums[name] += added[name];
}

function compareKeys([a]: [GroupKey, CostCounts], [b]: [GroupKey, CostCounts]): number {
  return a < b ? -1 : 1;
}

function compareCosts([, a]: [GroupKey, CostCounts], [, b]: [GroupKey, CostCounts]): number {
  return b.cost_nanos - a.cost_nanos || b.requests - a.requests;
}

function toCostRows(
  { db }: UserContext,
  by: Grouping,
  groups: [GroupKey, CostCounts][],
): z.infer<typeof CostReport>['rows'] {
  const rows = by === 'day' ? groups : groups.slice(0, MAX_ROWS);
  if (by !== 'user') return rows.map(([key, sums]) => ({ [by]: key, ...toCostSums(sums) }));
  const ids = rows.map(([id]) => id as number);
  const names = new Map(
    db
      .select({ id: users.id, user_id: users.user_id })
      .from(users)
      // A placeholder for each id would take longer than the sums.
      .where(sql`${users.id} in (select value from json_each(${JSON.stringify(ids)}))`)
      .all()
      .map(({ id, user_id }) => [id as GroupKey, user_id]),
  );
  return rows.map(([id, sums]) => ({ user_id: names.get(id), ...toCostSums(sums) }));
}

function toCostSums({ cost_nanos, ...sums }: CostCounts): z.infer<typeof CostSums> {
  return { ...sums, cost_usd: toDollars(cost_nanos) };
}
