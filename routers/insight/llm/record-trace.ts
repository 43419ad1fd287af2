import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { llm_trace_texts, llm_traces, preparedStatements, transact } from '../../../db/index.ts';
import { maskValues } from '../../../ml/text/pii-masking-long.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { maskAndMatchPolicies, scanLinks } from './inspect-text.ts';
import type { RecordTraceInput, TraceReceipt } from './schemas.ts';

/** Characters of a text in lists. */
const MAX_EXCERPT_CHARS = 200;

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
 * Stores one call of a language model without personal data; the raw prompt is stored only with STORE_RAW_PROMPTS. URLs
 * in the response are scanned without counting against the caller's scans. Throws MODEL_ERROR, and stores nothing then.
 */
export async function recordTrace(
  ctx: KeyContext,
  input: z.output<typeof RecordTraceInput>,
): Promise<z.infer<typeof TraceReceipt>> {
  const { run_id, prompt } = input;
  const promptText = await maskAndMatchPolicies(ctx, prompt, 'input');
  const maskedText = input.masked_prompt
    ? await maskAndMatchPolicies(ctx, input.masked_prompt, 'input')
    : promptText;
  const responseText = await maskAndMatchPolicies(ctx, input.response ?? '', 'output');
  const policy_hits = [...promptText.hits, ...responseText.hits];
  const url_findings = await scanLinks(ctx, input.response ?? '');
  const metadata = await maskValues(input.metadata ?? {});
  const tool_calls = await maskValues(input.tool_calls ?? []);
  const masked_prompt = maskedText.text;
  const trace_id = transact(ctx.db, () => {
    const row = statements(ctx.db).trace.get({
      user_id: ctx.caller.principal_id,
      run_id,
      model: input.model ?? findModelName(metadata),
      prompt_excerpt: toExcerpt(masked_prompt),
      response_excerpt: toExcerpt(responseText.text),
      url_findings,
      policy_hits,
      created_at: ctx.clock.now(),
    });
    const texts = { masked_prompt, response: responseText.text, tool_calls, metadata };
    const raw = ctx.settings.store_raw_prompts ? prompt : null;
    statements(ctx.db).texts.run({ trace_id: row?.id, prompt: raw, ...texts });
    return row?.id as number;
  });
  return { trace_id, run_id, masked_prompt, url_findings, policy_hits };
}

function findModelName(metadata: Record<string, unknown>): string | null {
  const name = metadata.model ?? metadata.model_name;
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, MAX_EXCERPT_CHARS) : null;
}

function toExcerpt(text: string): string {
  return text.length > MAX_EXCERPT_CHARS ? `${text.slice(0, MAX_EXCERPT_CHARS - 1)}…` : text;
}
