import { and, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, llm_trace_texts, llm_traces, preparedStatements, transact } from '../../../db/index.ts';
import { maskValues } from '../../../ml/text/pii-masking-long.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { maskAndMatchPolicies, scanLinks } from './inspect-text.ts';
import type { TraceInput, TraceReceipt } from './schemas.ts';

/** Characters of a text that lists show. */
const EXCERPT = 200;

export type TraceRow = typeof llm_traces.$inferSelect;

const statements = preparedStatements((db) => ({
  trace: db
    .insert(llm_traces)
    .values({
      user_id: sql.placeholder('user_id'),
      run_id: sql.placeholder('run_id'),
      model: sql.placeholder('model'),
      prompt_excerpt: sql.placeholder('prompt_excerpt'),
      response_excerpt: sql.placeholder('response_excerpt'),
      url_findings: sql.placeholder('url_findings'),
      policy_hits: sql.placeholder('policy_hits'),
      created_at: sql.placeholder('created_at'),
    })
    .returning({ id: llm_traces.id })
    .prepare(),
  texts: db
    .insert(llm_trace_texts)
    .values({
      trace_id: sql.placeholder('trace_id'),
      prompt: sql.placeholder('prompt'),
      masked_prompt: sql.placeholder('masked_prompt'),
      response: sql.placeholder('response'),
      tool_calls: sql.placeholder('tool_calls'),
      metadata: sql.placeholder('metadata'),
    })
    .prepare(),
}));

/**
 * Keeps one call of a language model, without personal data: the prompt as it was sent stays only where the product
 * is told to keep it. URLs in the response are judged, without counting against the caller's scans. Throws
 * MODEL_ERROR (and then keeps nothing).
 */
export async function recordTrace(
  ctx: KeyContext,
  input: z.output<typeof TraceInput>,
): Promise<z.infer<typeof TraceReceipt>> {
  const { run_id, prompt } = input;
  const asked = await maskAndMatchPolicies(ctx, prompt, 'input');
  const sent = input.masked_prompt ? await maskAndMatchPolicies(ctx, input.masked_prompt, 'input') : asked;
  const answer = await maskAndMatchPolicies(ctx, input.response ?? '', 'output');
  const policy_hits = [...asked.hits, ...answer.hits];
  const url_findings = await scanLinks(ctx, input.response ?? '');
  const metadata = await maskValues(input.metadata ?? {});
  const tool_calls = await maskValues(input.tool_calls ?? []);
  const masked_prompt = sent.text;
  const trace_id = transact(ctx.db, () => {
    const row = statements(ctx.db).trace.get({
      user_id: ctx.caller.principal_id,
      run_id,
      model: input.model ?? modelOf(metadata),
      prompt_excerpt: excerpt(masked_prompt),
      response_excerpt: excerpt(answer.text),
      url_findings,
      policy_hits,
      created_at: ctx.clock.now(),
    });
    const texts = { masked_prompt, response: answer.text, tool_calls, metadata };
    const raw = ctx.settings.store_raw_prompts ? prompt : null;
    statements(ctx.db).texts.run({ trace_id: row?.id, prompt: raw, ...texts });
    return row?.id as number;
  });
  return { trace_id, run_id, masked_prompt, url_findings, policy_hits };
}

function modelOf(metadata: Record<string, unknown>): string | null {
  const name = metadata.model ?? metadata.model_name;
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, EXCERPT) : null;
}

function excerpt(text: string): string {
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT - 1)}…` : text;
}

/** A trace its caller may see: his own; administrators every one. Throws NOT_FOUND. */
export function getTraceOrThrow({ db, caller: me }: Pick<KeyContext, 'db' | 'caller'>, id: number): TraceRow {
  const row = db.select().from(llm_traces).where(eq(llm_traces.id, id)).get();
  if (!row || (row.user_id !== me.principal_id && me.role !== 'admin')) throw new ApiError('NOT_FOUND');
  return row;
}

/** The newest trace of a run that is a user's own. */
export function findNewestOfRun(db: Db, user_id: number, run_id: string): TraceRow | undefined {
  return db
    .select()
    .from(llm_traces)
    .where(and(eq(llm_traces.user_id, user_id), eq(llm_traces.run_id, run_id)))
    .orderBy(desc(llm_traces.created_at), desc(llm_traces.id))
    .limit(1)
    .get();
}
