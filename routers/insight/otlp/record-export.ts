import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { llm_spans, preparedStatements, transact, type UrlFinding } from '../../../db/index.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import { invalid } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { runTask } from '../../core/run-task.ts';
import { listCurrentPolicies } from '../../safety/policies/store.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';
import { recordCost } from '../llm/record-cost.ts';
import { insertTrace } from '../llm/record-trace.ts';
import type { EncodedExport } from './decode.ts';
import { INSPECT_EXPORT, type InspectedSpan } from './inspect-spans.ts';

/** Links of one export that are judged. */
const MAX_LINKS = 300;

/** So many are stored before another request has its turn: an export that is cut off is sent again, and loses nothing. */
const SPANS_AT_A_TIME = 100;

/** How much of an export was not stored, and why. */
export interface ExportResult {
  rejected: number;
  reason: string | null;
}

const statements = preparedStatements((db) => ({
  span: db
    .insert(llm_spans)
    .values({
      user_id: sql.placeholder('user_id'),
      run_id: sql.placeholder('run_id'),
      span_id: sql.placeholder('span_id'),
      parent_span_id: sql.placeholder('parent_span_id'),
      kind: sql.placeholder('kind'),
      name: sql.placeholder('name'),
      failed: sql.placeholder('failed'),
      error: sql.placeholder('error'),
      model: sql.placeholder('model'),
      session_id: sql.placeholder('session_id'),
      end_user: sql.placeholder('end_user'),
      input_tokens: sql.placeholder('input_tokens'),
      output_tokens: sql.placeholder('output_tokens'),
      cached_input_tokens: sql.placeholder('cached_input_tokens'),
      cache_write_tokens: sql.placeholder('cache_write_tokens'),
      reasoning_tokens: sql.placeholder('reasoning_tokens'),
      started_us: sql.placeholder('started_us'),
      duration_us: sql.placeholder('duration_us'),
      input: sql.placeholder('input'),
      output: sql.placeholder('output'),
      attributes: sql.placeholder('attributes'),
      created_at: sql.placeholder('created_at'),
    })
    .onConflictDoNothing()
    .returning({ id: llm_spans.id })
    .prepare(),
}));

/**
 * Stores the spans of an export without personal data; those that call a model are traces with a cost, too. Spans that
 * are stored already are left as they are, so an export may be sent again. Links in responses are judged. Throws
 * INVALID_INPUT, TOO_EXPENSIVE, SERVER_BUSY, RATE_LIMIT_EXCEEDED and MODEL_ERROR.
 */
export async function recordExport(ctx: KeyContext, encoded: EncodedExport): Promise<ExportResult> {
  const task = {
    encoded,
    policies: listCurrentPolicies(ctx.db, ctx.clock),
    keep_prompts: ctx.settings.store_raw_prompts,
  };
  const inspected = await runTask(ctx, INSPECT_EXPORT, task, encoded.bytes.byteLength);
  if (inspected === null)
    throw invalid('', `올바른 ${encoded.format} 형식이 아닙니다`, `The body is not valid ${encoded.format}`);
  const { spans, rejected, reason } = inspected;
  const findings = await judgeLinks(ctx, spans);
  for (let at = 0; at < spans.length; at += SPANS_AT_A_TIME) {
    transact(ctx.db, () => {
      for (const span of spans.slice(at, at + SPANS_AT_A_TIME)) insertSpan(ctx, span, findings);
    });
    await yieldToEventLoop();
  }
  return { rejected, reason };
}

/** The findings by URL, with the URLs masked. */
async function judgeLinks(
  ctx: KeyContext,
  spans: readonly InspectedSpan[],
): Promise<Map<string, UrlFinding>> {
  const urls = new Set(spans.flatMap(({ trace }) => trace?.urls ?? []));
  const verdicts = await scanUrls(ctx, [...urls].slice(0, MAX_LINKS));
  return new Map(
    [...verdicts].map(([url, finding]) => [url, { ...finding, url: maskPersonalData(finding.url).text }]),
  );
}

function insertSpan(ctx: KeyContext, span: InspectedSpan, findings: ReadonlyMap<string, UrlFinding>): void {
  const { trace_id: run_id, trace, tokens, duration_us, cost_usd, started_us, ...rest } = span;
  const counts = {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cached_input_tokens: tokens.cached_input,
    cache_write_tokens: tokens.cache_write,
    reasoning_tokens: tokens.reasoning,
  };
  const { db } = ctx;
  const row = statements(db).span.get({
    ...rest,
    ...counts,
    run_id,
    started_us,
    user_id: ctx.caller.principal_id,
    input: rest.input || null,
    output: rest.output || null,
    duration_us,
    created_at: ctx.clock.now(),
  });
  if (!row) return;
  if (trace) {
    const url_findings = trace.urls.flatMap((url) => findings.get(url) ?? []);
    const { prompt, ...inspectedTrace } = trace;
    const trace_id = insertTrace(ctx, {
      ...{ run_id, prompt, url_findings },
      model: span.model,
      inspected: inspectedTrace,
    });
    db.update(llm_spans).set({ trace_id }).where(eq(llm_spans.id, row.id)).run();
  }
  const isPriced = span.model !== null && counts.input_tokens + counts.output_tokens > 0;
  if (isPriced && (trace || span.kind === 'embedding'))
    recordCost(ctx, { model_name: span.model ?? '', run_id, cost_usd, ...counts });
}
