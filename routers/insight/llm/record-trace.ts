import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import {
  llm_trace_texts,
  llm_traces,
  preparedStatements,
  transact,
  type UrlFinding,
} from '../../../db/index.ts';
import { MAX_INLINE_CHARS } from '../../../ml/task-thread.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { runTask } from '../../core/run-task.ts';
import { getCurrentPolicies, listCurrentPolicies } from '../../safety/policies/store.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';
import { INSPECT_TRACE, type InspectedTrace, inspectTrace } from './inspect-text.ts';
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
 * in the response are scanned without counting against the caller's scans. Throws TOO_EXPENSIVE,
 * SERVER_BUSY and MODEL_ERROR, and stores nothing then.
 */
export async function recordTrace(
  ctx: KeyContext,
  input: z.output<typeof RecordTraceInput>,
): Promise<z.infer<typeof TraceReceipt>> {
  const { run_id, prompt } = input;
  const inspected = await inspect(ctx, input);
  const { masked_prompt, metadata, policy_hits } = inspected;
  const url_findings = await scanLinks(ctx, inspected.urls);
  const model = input.model ?? findModelName(metadata);
  const trace_id = transact(ctx.db, () =>
    insertTrace(ctx, { run_id, model, prompt, inspected, url_findings }),
  );
  return { trace_id, run_id, masked_prompt, url_findings, policy_hits };
}

/** A call of a model whose texts were inspected. */
export interface TraceToStore {
  run_id: string;
  model: string | null;
  /** as it was sent */
  prompt: string;
  inspected: Omit<InspectedTrace, 'urls'>;
  url_findings: UrlFinding[];
}

/** Stores a trace, in the transaction of its caller, and returns its id. */
export function insertTrace(
  ctx: KeyContext,
  { run_id, model, prompt, inspected, url_findings }: TraceToStore,
): number {
  const { policy_hits, masked_prompt, response, tool_calls, metadata } = inspected;
  const row = statements(ctx.db).trace.get({
    user_id: ctx.caller.principal_id,
    run_id,
    model,
    prompt_excerpt: toExcerpt(masked_prompt),
    response_excerpt: toExcerpt(response),
    url_findings,
    policy_hits,
    created_at: ctx.clock.now(),
  });
  const texts = { masked_prompt, response, tool_calls, metadata };
  const raw = ctx.settings.store_raw_prompts ? prompt : null;
  statements(ctx.db).texts.run({ trace_id: row?.id, prompt: raw, ...texts });
  return row?.id as number;
}

/** Small traces are inspected at once, with policies that are compiled already. Throws TOO_EXPENSIVE, SERVER_BUSY. */
function inspect(ctx: KeyContext, input: z.output<typeof RecordTraceInput>): Promise<InspectedTrace> {
  const { prompt, masked_prompt = null, response, tool_calls, metadata } = input;
  const texts = {
    ...{ prompt, masked_prompt, response: response ?? '' },
    ...{ tool_calls: tool_calls ?? [], metadata: metadata ?? {} },
  };
  const size = JSON.stringify(texts).length;
  return size <= MAX_INLINE_CHARS
    ? inspectTrace(texts, getCurrentPolicies(ctx.db, ctx.clock))
    : runTask(ctx, INSPECT_TRACE, { texts, policies: listCurrentPolicies(ctx.db, ctx.clock) }, size);
}

/** Throws MODEL_ERROR, RATE_LIMIT_EXCEEDED. */
async function scanLinks(ctx: KeyContext, urls: readonly string[]): Promise<UrlFinding[]> {
  if (urls.length === 0) return [];
  const verdicts = await scanUrls(ctx, urls);
  return [...verdicts.values()].map((finding) => ({ ...finding, url: maskPersonalData(finding.url).text }));
}

function findModelName(metadata: Record<string, unknown>): string | null {
  const name = metadata.model ?? metadata.model_name;
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, MAX_EXCERPT_CHARS) : null;
}

function toExcerpt(text: string): string {
  return text.length > MAX_EXCERPT_CHARS ? `${text.slice(0, MAX_EXCERPT_CHARS - 1)}…` : text;
}
