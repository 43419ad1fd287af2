import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, llm_costs, llm_feedback, llm_trace_texts, llm_traces, users } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { toInstantRange } from '../utc-days.ts';
import { toDollars } from './money.ts';
import { getTraceOrThrow } from './record-trace.ts';
import { MAX_TOTAL, type Trace, type TracePage, type TracesInput } from './schemas.ts';

type Filter = z.output<typeof TracesInput>;
const MOST_FEEDBACK = 100;

/** Traces, page by page: mine; an administrator's are everyone's. Throws NOT_FOUND for a user there is not. */
export function listTraces(ctx: UserContext, input: Filter): z.infer<typeof TracePage> {
  const user_id = getOwnerFilter(ctx, input.user_id);
  const wanted = wantedOf(input, user_id);
  const table = readBy(input, user_id);
  const last = input.before_id === undefined ? undefined : getTraceOrThrow(ctx, input.before_id);
  const rows = pageOf(ctx.db, table, wanted, last, input);
  const counted = countOf(ctx.db, table, wanted);
  return {
    total: Math.min(counted, MAX_TOTAL),
    total_is_exact: counted <= MAX_TOTAL,
    traces: rows.map(({ id, url_findings, policy_hits, created_at, ...row }) => ({
      trace_id: id,
      ...row,
      dangerous_urls: url_findings.filter(({ analysis_result }) => analysis_result === 'dangerous').length,
      policy_hits: policy_hits.length,
      created_at: toIso(created_at),
    })),
  };
}

function wantedOf(input: Filter, user_id: number | null): SQL {
  const { run_id, model, rating } = input;
  const [from, before] = toInstantRange(input);
  const wanted = and(
    user_id === null ? undefined : eq(llm_traces.user_id, user_id),
    run_id === undefined ? undefined : eq(llm_traces.run_id, run_id),
    model === undefined ? undefined : eq(llm_traces.model, model),
    rating === undefined ? undefined : eq(llm_traces.rating, rating),
    Number.isFinite(from) ? gte(llm_traces.created_at, from) : undefined,
    Number.isFinite(before) ? lt(llm_traces.created_at, before) : undefined,
  );
  return wanted ?? sql`true`;
}

/**
 * The table, read by the index of a filter. SQLite is not left the choice: to it, a time between two bounds is worth
 * more than a model or a run. A run is few traces, so with one the rest is looked at trace by trace.
 */
function readBy({ run_id, model, rating }: Filter, user_id: number | null): SQL {
  const filters = run_id
    ? ['run']
    : [rating === undefined ? '' : 'rated', model === undefined ? '' : 'model'].filter(Boolean);
  const names = ['traces', ...(user_id === null ? [] : ['owner']), ...filters];
  const index = names.length === 1 ? 'traces_created' : names.join('_');
  return sql`${llm_traces} indexed by ${sql.identifier(index)}`;
}

const heading = {
  id: llm_traces.id,
  run_id: llm_traces.run_id,
  // Written out: of one table, Drizzle leaves the tables' names away.
  user_id: sql<string>`(select users.user_id from users where users.id = llm_traces.user_id)`,
  model: llm_traces.model,
  rating: llm_traces.rating,
  prompt_excerpt: llm_traces.prompt_excerpt,
  response_excerpt: llm_traces.response_excerpt,
  url_findings: llm_traces.url_findings,
  policy_hits: llm_traces.policy_hits,
  created_at: llm_traces.created_at,
};

/** The page is found in the index alone, so that what an offset skips is not read; then its rows are. */
function pageOf(
  db: Db,
  table: SQL,
  wanted: SQL,
  last: { id: number; created_at: number } | undefined,
  { limit, offset }: Pick<Filter, 'limit' | 'offset'>,
) {
  const { id, created_at } = llm_traces;
  const after = last
    ? sql`and ${created_at} <= ${last.created_at} and (${created_at} < ${last.created_at} or ${id} < ${last.id})`
    : sql``;
  const page = db.all<{ id: number }>(
    sql`select ${id} as id from ${table} where ${wanted} ${after}
      order by ${created_at} desc, ${id} desc limit ${limit} offset ${offset}`,
  );
  const ids = page.map((row) => row.id);
  const rows = db.select(heading).from(llm_traces).where(inArray(id, ids)).all();
  return rows.sort((a, b) => b.created_at - a.created_at || b.id - a.id);
}

/** Counting a million entries of an index takes longer than anyone waits for a number nobody reads. */
function countOf(db: Db, table: SQL, wanted: SQL): number {
  const some = sql`select 1 from ${table} where ${wanted} limit ${MAX_TOTAL + 1}`;
  return db.get<{ n: number }>(sql`select count(*) as n from (${some})`).n;
}

/** One trace with its texts, what people said of it, and what its run cost. Throws NOT_FOUND. */
export function getTrace(ctx: UserContext, input: { trace_id: number }): z.infer<typeof Trace> {
  const { db } = ctx;
  const row = getTraceOrThrow(ctx, input.trace_id);
  const texts = db.select().from(llm_trace_texts).where(eq(llm_trace_texts.trace_id, row.id)).get();
  const owner = db.select({ user_id: users.user_id }).from(users).where(eq(users.id, row.user_id)).get();
  const feedback = db
    .select()
    .from(llm_feedback)
    .where(eq(llm_feedback.trace_id, row.id))
    .orderBy(desc(llm_feedback.id))
    .limit(MOST_FEEDBACK)
    .all();
  return {
    trace_id: row.id,
    run_id: row.run_id,
    user_id: owner?.user_id ?? '',
    model: row.model,
    rating: row.rating,
    prompt: texts?.prompt ?? null,
    masked_prompt: texts?.masked_prompt ?? null,
    response: texts?.response ?? null,
    tool_calls: texts?.tool_calls ?? [],
    metadata: texts?.metadata ?? {},
    url_findings: row.url_findings,
    policy_hits: row.policy_hits,
    feedback: feedback.map(({ id, rating, comment, tags, created_at }) => ({
      ...{ id, rating, comment, tags },
      created_at: toIso(created_at),
    })),
    cost: costOfRun(db, row),
    created_at: toIso(row.created_at),
  };
}

function costOfRun(db: Db, { user_id, run_id }: { user_id: number; run_id: string }) {
  const nanos = sql`coalesce(${llm_costs.reported_nanos}, ${llm_costs.computed_nanos})`;
  const sums = db
    .select({
      requests: sql<number>`count(*)`,
      input_tokens: sql<number>`total(${llm_costs.input_tokens})`,
      output_tokens: sql<number>`total(${llm_costs.output_tokens})`,
      nanos: sql<number>`total(${nanos})`,
      priced: sql<number>`count(${nanos})`,
    })
    .from(llm_costs)
    .where(and(eq(llm_costs.user_id, user_id), eq(llm_costs.run_id, run_id)))
    .get();
  const { nanos: cost = 0, priced = 0, requests = 0, input_tokens = 0, output_tokens = 0 } = sums ?? {};
  const cost_usd = toDollars(cost);
  return { requests, input_tokens, output_tokens, cost_usd, unpriced: requests - priced };
}
