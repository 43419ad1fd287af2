import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import {
  type Db,
  llm_costs,
  llm_feedback,
  llm_spans,
  llm_trace_texts,
  llm_traces,
  users,
} from '../../../db/index.ts';
import { isAdmin } from '../../core/access.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { toDollars } from './money.ts';
import type { LlmSpan, Trace } from './schemas.ts';

const MAX_FEEDBACK = 100;
const MAX_SPANS = 1000;

export type TraceRow = typeof llm_traces.$inferSelect;

/** A trace of the caller's, or of anyone for an administrator. Throws NOT_FOUND. */
export function getTraceOrThrow({ db, caller }: Pick<KeyContext, 'db' | 'caller'>, id: number): TraceRow {
  const row = db.select().from(llm_traces).where(eq(llm_traces.id, id)).get();
  if (!row || (row.user_id !== caller.principal_id && !isAdmin(caller))) throw new ApiError('NOT_FOUND');
  return row;
}

/** The newest of a user's traces with this run id. */
export function findNewestTraceOfRun(db: Db, user_id: number, run_id: string): TraceRow | undefined {
  return db
    .select()
    .from(llm_traces)
    .where(and(eq(llm_traces.user_id, user_id), eq(llm_traces.run_id, run_id)))
    .orderBy(desc(llm_traces.created_at), desc(llm_traces.id))
    .limit(1)
    .get();
}

/** A trace with its texts, its feedback and the cost of its run. Throws NOT_FOUND. */
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
    .limit(MAX_FEEDBACK)
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
    spans: listSpans(db, row),
    cost: sumRunCost(db, row),
    created_at: toIso(row.created_at),
  };
}

function listSpans(db: Db, { user_id, run_id }: TraceRow): z.infer<typeof LlmSpan>[] {
  const rows = db
    .select()
    .from(llm_spans)
    .where(and(eq(llm_spans.user_id, user_id), eq(llm_spans.run_id, run_id)))
    .orderBy(asc(llm_spans.started_us), asc(llm_spans.id))
    .limit(MAX_SPANS)
    .all();
  // A step that begins with one of its own parts comes before it.
  rows.sort((a, b) => a.started_us - b.started_us || b.duration_us - a.duration_us);
  return rows.map(({ id: _id, user_id: _user, run_id: _run, created_at: _at, ...row }) => {
    const { started_us, duration_us, attributes, ...span } = row;
    return {
      ...span,
      started_at: toIso(Math.floor(started_us / 1000)),
      duration_ms: duration_us / 1000,
      attributes: attributes ?? {},
    };
  });
}

function sumRunCost(db: Db, { user_id, run_id }: { user_id: number; run_id: string }) {
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
