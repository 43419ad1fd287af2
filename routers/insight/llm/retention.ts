import { asc, eq, inArray } from 'drizzle-orm';
import { llm_trace_texts, llm_traces, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { deleteInBatches } from '../../core/delete-in-batches.ts';

/** Texts are long, so a transaction deletes fewer of them. */
const BATCH = 500;

/**
 * Deletes the texts of traces made before an instant: prompts, responses, tool calls, metadata and excerpts. The
 * traces' figures and costs stay. Returns how many traces lost their texts.
 */
export function deletePromptsBefore(
  { db, stopping }: Pick<Deps, 'db' | 'stopping'>,
  olderThan: number,
): Promise<number> {
  const step = (limit: number) => {
    // Ids rise with time, so the oldest texts come first.
    const oldest = db
      .select({ id: llm_traces.id, created_at: llm_traces.created_at })
      .from(llm_trace_texts)
      .innerJoin(llm_traces, eq(llm_traces.id, llm_trace_texts.trace_id))
      .orderBy(asc(llm_trace_texts.trace_id))
      .limit(limit)
      .all();
    const ids = oldest.filter(({ created_at }) => created_at < olderThan).map(({ id }) => id);
    if (ids.length === 0) return 0;
    transact(db, () => {
      db.delete(llm_trace_texts).where(inArray(llm_trace_texts.trace_id, ids)).run();
      const set = { prompt_excerpt: null, response_excerpt: null };
      db.update(llm_traces).set(set).where(inArray(llm_traces.id, ids)).run();
    });
    return ids.length;
  };
  return deleteInBatches(step, stopping, BATCH);
}
