import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { llm_feedback, llm_traces, transact } from '../../../db/index.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { findNewestTraceOfRun, getTraceOrThrow, type TraceRow } from './get-trace.ts';
import type { TraceFeedback, TraceFeedbackInput } from './schemas.ts';

/** Stores feedback on a trace, whose rating it becomes. Throws NOT_FOUND. */
export function addFeedback(
  ctx: KeyContext,
  input: z.output<typeof TraceFeedbackInput>,
): z.infer<typeof TraceFeedback> {
  const { rating } = input;
  return transact(ctx.db, () => {
    const { id: trace_id, run_id } = getRatedTrace(ctx, input.trace_id);
    const row = ctx.db
      .insert(llm_feedback)
      .values({
        trace_id,
        user_id: ctx.caller.principal_id,
        rating,
        comment: input.comment ? maskPersonalData(input.comment).text : null,
        tags: (input.tags ?? []).map((tag) => maskPersonalData(tag).text),
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
    ctx.db.update(llm_traces).set({ rating }).where(eq(llm_traces.id, trace_id)).run();
    const { id, comment, tags, created_at } = row;
    return { id, trace_id, run_id, rating, comment, tags, created_at: toIso(created_at) };
  });
}

/** A run id may consist of digits, so a text is tried as a run id first and then as the id of a trace. */
function getRatedTrace(ctx: KeyContext, trace_id: number | string): TraceRow {
  if (typeof trace_id === 'number') return getTraceOrThrow(ctx, trace_id);
  const id = /^\d{1,15}$/.test(trace_id) ? Number(trace_id) : 0;
  return findNewestTraceOfRun(ctx.db, ctx.caller.principal_id, trace_id) ?? getTraceOrThrow(ctx, id);
}
