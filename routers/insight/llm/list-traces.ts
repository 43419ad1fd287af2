import { and, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, llm_traces } from '../../../db/index.ts';
import { readCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { toInstantRange } from '../utc-days.ts';
import { getTraceOrThrow } from './get-trace.ts';
import { type ListTracesInput, MAX_TOTAL, type TracePage } from './schemas.ts';

type TraceFilter = z.output<typeof ListTracesInput>;

/** A page of the caller's traces, or of everyone's for an administrator. Throws NOT_FOUND for an unknown user. */
export function listTraces(ctx: UserContext, input: TraceFilter): z.infer<typeof TracePage> {
  const user_id = getOwnerFilter(ctx, input.user_id);
  const condition = toTraceCondition(input, user_id);
  const table = chooseIndex(input, user_id);
  const before = input.before_id === undefined ? undefined : getTraceOrThrow(ctx, input.before_id);
  const last = input.cursor === undefined ? before : readTraceCursor(input.cursor);
  const { limit, offset } = input;
  const found = selectPage(ctx.db, table, condition, last, { limit: limit + 1, offset });
  const { rows, next_cursor } = toPage(found, limit, ({ created_at, id }) => [created_at, id]);
  const matches = countMatches(ctx.db, table, condition);
  return {
    total: Math.min(matches, MAX_TOTAL),
    next_cursor,
    total_is_exact: matches <= MAX_TOTAL,
    traces: rows.map(({ id, url_findings, policy_hits, created_at, ...row }) => ({
      trace_id: id,
      ...row,
      dangerous_urls: url_findings.filter(({ analysis_result }) => analysis_result === 'dangerous').length,
      policy_hits: policy_hits.length,
      created_at: toIso(created_at),
    })),
  };
}

function readTraceCursor(cursor: string): { created_at: number; id: number } {
  const [created_at, id] = readCursor(cursor, 2);
  return { created_at: Number(created_at), id: Number(id) };
}

function toTraceCondition(input: TraceFilter, user_id: number | null): SQL {
  const { run_id, model, rating } = input;
  const [from, before] = toInstantRange(input);
  const condition = and(
    user_id === null ? undefined : eq(llm_traces.user_id, user_id),
    run_id === undefined ? undefined : eq(llm_traces.run_id, run_id),
    model === undefined ? undefined : eq(llm_traces.model, model),
    rating === undefined ? undefined : eq(llm_traces.rating, rating),
    Number.isFinite(from) ? gte(llm_traces.created_at, from) : undefined,
    Number.isFinite(before) ? lt(llm_traces.created_at, before) : undefined,
  );
  return condition ?? sql`true`;
}

/**
 * The table with the index that fits the filter. SQLite's planner would prefer a range of times to a model or a run,
 * although a run has few traces.
 */
function chooseIndex({ run_id, model, rating }: TraceFilter, user_id: number | null): SQL {
  const filters = run_id
    ? ['run']
    : [rating === undefined ? '' : 'rated', model === undefined ? '' : 'model'].filter(Boolean);
  const names = ['traces', ...(user_id === null ? [] : ['owner']), ...filters];
  const index = names.length === 1 ? 'traces_created' : names.join('_');
  return sql`${llm_traces} indexed by ${sql.identifier(index)}`;
}

const summaryColumns = {
  id: llm_traces.id,
  run_id: llm_traces.run_id,
  // A text, since Drizzle omits the names of tables in a query of one table.
  user_id: sql<string>`(select users.user_id from users where users.id = llm_traces.user_id)`,
  model: llm_traces.model,
  rating: llm_traces.rating,
  prompt_excerpt: llm_traces.prompt_excerpt,
  response_excerpt: llm_traces.response_excerpt,
  url_findings: llm_traces.url_findings,
  policy_hits: llm_traces.policy_hits,
  created_at: llm_traces.created_at,
};

/** Finds the page in the index alone, so that the rows that an offset skips are not read. */
function selectPage(
  db: Db,
  table: SQL,
  condition: SQL,
  last: { id: number; created_at: number } | undefined,
  { limit, offset }: Pick<TraceFilter, 'limit' | 'offset'>,
) {
  const { id, created_at } = llm_traces;
  const after = last
    ? sql`and ${created_at} <= ${last.created_at} and (${created_at} < ${last.created_at} or ${id} < ${last.id})`
    : sql``;
  const page = db.all<{ id: number }>(
    sql`select ${id} as id from ${table} where ${condition} ${after}
      order by ${created_at} desc, ${id} desc limit ${limit} offset ${offset}`,
  );
  const ids = page.map((row) => row.id);
  const rows = db.select(summaryColumns).from(llm_traces).where(inArray(id, ids)).all();
  return rows.sort((a, b) => b.created_at - a.created_at || b.id - a.id);
}

/** Counts up to MAX_TOTAL + 1, since counting a million entries of an index is slow. */
function countMatches(db: Db, table: SQL, condition: SQL): number {
  const matches = sql`select 1 from ${table} where ${condition} limit ${MAX_TOTAL + 1}`;
  return db.get<{ n: number }>(sql`select count(*) as n from (${matches})`).n;
}
