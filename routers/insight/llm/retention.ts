import { setImmediate as breathe } from 'node:timers/promises';
import { asc, eq, inArray } from 'drizzle-orm';
import { llm_trace_texts, llm_traces, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';

/** Traces whose texts go in one transaction. */
const BATCH = 500;

/**
 * Deletes the texts of traces made before an instant: prompts, responses, tool calls, metadata and excerpts. What they
 * were, met and cost stays. Returns how many traces lost theirs.
 */
export async function deletePromptsBefore({ db }: Pick<Deps, 'db'>, olderThan: number): Promise<number> {
  let forgotten = 0;
  for (;;) {
    // Numbers rise with time, so the oldest texts are the first.
    const oldest = db
      .select({ id: llm_traces.id, created_at: llm_traces.created_at })
      .from(llm_trace_texts)
      .innerJoin(llm_traces, eq(llm_traces.id, llm_trace_texts.trace_id))
      .orderBy(asc(llm_trace_texts.trace_id))
      .limit(BATCH)
      .all();
    const ids = oldest.filter(({ created_at }) => created_at < olderThan).map(({ id }) => id);
    if (ids.length === 0) return forgotten;
    transact(db, () => {
      db.delete(llm_trace_texts).where(inArray(llm_trace_texts.trace_id, ids)).run();
      const set = { prompt_excerpt: null, response_excerpt: null };
      db.update(llm_traces).set(set).where(inArray(llm_traces.id, ids)).run();
    });
    forgotten += ids.length;
    if (ids.length < BATCH) return forgotten;
    await breathe();
  }
}
