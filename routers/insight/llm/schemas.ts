import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { FreeList, FreeObject } from '../../core/free-form.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { UrlFindingSchema } from '../../safety/scan/scan-urls.ts';
import { UserFilter } from '../owner-filter.ts';
import { period } from '../utc-days.ts';

/** Bytes of a request that carries a trace. */
export const MAX_TRACE_BYTES = 8 * 1024 * 1024;
/** Totals are counted up to here. */
export const MAX_TOTAL = 10_000;

const Rating = z.enum(['good', 'bad', 'neutral']);
const RunId = TrimmedText(200).meta({ example: 'llm-run-987' });
const Model = TrimmedText(200);

export const RecordTraceInput = z.object({
  run_id: RunId,
  prompt: z.string().max(MAX_TRACE_BYTES).meta({
    description: 'Personal data in it is masked; as it was sent it is kept only with STORE_RAW_PROMPTS',
    example: 'Translate this to Korean: Good morning',
  }),
  response: z.string().max(MAX_TRACE_BYTES).nullable().meta({
    description: 'null when the model only called tools',
    example: '한국어로 번역: 좋은 아침입니다',
  }),
  masked_prompt: z.string().max(MAX_TRACE_BYTES).nullish().meta({
    description: 'Masked by the sender; it is masked again',
    example: 'Translate this to Korean: [MASKED]',
  }),
  model: Model.nullish().meta({ description: '`metadata.model` unless given', example: 'gpt-4o-mini' }),
  tool_calls: FreeList.nullish().meta({ example: [{ name: 'lookup', arguments: { word: 'morning' } }] }),
  metadata: FreeObject.nullish().meta({ example: { model: 'gpt-4o-mini' } }),
});

const PolicyHit = z.object({
  id: z.string().meta({ example: 'inj-override-en' }),
  category: z.string().meta({ example: 'prompt_injection' }),
  action: z.enum(['block', 'mask', 'flag']),
  side: z.enum(['input', 'output']).meta({ description: 'The prompt or the response' }),
});

const trace_id = z.int().meta({ example: 41 });
const findings = {
  url_findings: z.array(UrlFindingSchema).meta({ description: 'The URLs in the response: the first 100' }),
  policy_hits: z.array(PolicyHit).meta({ description: 'The red-team policies it meets' }),
};

export const TraceReceipt = z
  .object({ trace_id, run_id: z.string(), masked_prompt: z.string(), ...findings })
  .meta({ id: 'LlmTraceReceipt' });

export const ListTracesInput = z.object({
  run_id: RunId.optional(),
  model: Model.optional().meta({ description: 'As it was reported', example: 'gpt-4o-mini' }),
  ...period,
  rating: Rating.optional(),
  user_id: UserFilter,
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
  before_id: z.int().positive().optional().meta({
    description:
      'Only what comes after this trace in the list: its last `trace_id` gives the next page, as fast as the first',
    example: 41,
  }),
});

const heading = {
  trace_id,
  run_id: z.string().meta({ example: 'llm-run-987' }),
  user_id: z.string().meta({ description: 'Whose it is', example: 'user_20251027_001' }),
  model: z.string().nullable().meta({ example: 'gpt-4o-mini' }),
  rating: Rating.nullable().meta({ description: 'That of the newest feedback' }),
  created_at: Timestamp,
};

export const TracePage = z
  .object({
    total: z.int().meta({
      description: `How many the filter lets through, counted up to ${MAX_TOTAL}`,
      example: 127,
    }),
    next_cursor: NextCursor,
    total_is_exact: z.boolean().meta({ description: 'false: there are more than were counted' }),
    traces: z
      .array(
        z
          .object({
            ...heading,
            prompt_excerpt: z.string().nullable().meta({ description: 'The beginning of the masked prompt' }),
            response_excerpt: z.string().nullable(),
            dangerous_urls: z.int().meta({ description: 'How many in the response', example: 0 }),
            policy_hits: z.int().meta({ example: 0 }),
          })
          .meta({ id: 'LlmTraceSummary' }),
      )
      .meta({ description: 'The newest first' }),
  })
  .meta({ id: 'LlmTracePage' });

export const TraceFeedbackInput = z.object({
  trace_id: z.union([z.int(), RunId]).meta({
    description: 'The id of a trace, or a `run_id`: then my newest trace of that run',
    example: 'llm-run-987',
  }),
  rating: Rating,
  comment: z.string().max(5000).nullish().meta({ example: '번역이 매우 자연스러웠습니다.' }),
  tags: z
    .array(TrimmedText(100))
    .max(50)
    .nullish()
    .meta({ example: ['translation', 'korean'] }),
});

const feedback = {
  id: z.int(),
  rating: Rating,
  comment: z.string().nullable(),
  tags: z.array(z.string()),
  created_at: Timestamp,
};

export const TraceFeedback = z
  .object({ ...feedback, trace_id, run_id: z.string().meta({ example: 'llm-run-987' }) })
  .meta({ id: 'LlmFeedback' });

const Tokens = z.int().min(0).max(1_000_000_000);

export const RecordCostInput = z.object({
  model_name: Model.meta({ example: 'gpt-4o-mini' }),
  input_tokens: Tokens.meta({ example: 1200 }),
  output_tokens: Tokens.meta({ example: 400 }),
  cached_input_tokens: Tokens.default(0).meta({
    description: "Of the input, what the provider's cache had",
    example: 1000,
  }),
  cache_write_tokens: Tokens.default(0).meta({
    description: 'Of the input, what was written to the cache',
    example: 0,
  }),
  reasoning_tokens: Tokens.default(0).meta({
    description: 'Of the output, what the model thought',
    example: 120,
  }),
  cost_usd: z
    .number()
    .min(0)
    .max(1_000_000)
    .nullish()
    .meta({ description: 'What the provider charged, if it is known', example: 0.0024 }),
  run_id: RunId.nullish(),
});

export const RecordedCost = z
  .object({
    id: z.int(),
    cost_usd: z
      .number()
      .nullable()
      .meta({ description: 'What was reported, else what was computed; null: unpriced', example: 0.0024 }),
    computed_usd: z
      .number()
      .nullable()
      .meta({ description: 'By the price table; null for a model it does not know', example: 0.00042 }),
    differs: z.boolean().meta({ description: 'The two are more than 20 % apart' }),
  })
  .meta({ id: 'LlmCost' });

/** A step of a run. */
export const LlmSpan = z
  .object({
    span_id: z.string().meta({ example: '00f067aa0ba902b7' }),
    parent_span_id: z.string().nullable().meta({ description: 'null: the run begins with it' }),
    trace_id: z.int().nullable().meta({ description: 'Of a call of a model: its trace', example: 41 }),
    kind: z.string().meta({
      description:
        '`llm`, `embedding`, `tool`, `agent`, `chain`, `retriever`, `reranker`, `guardrail`, `evaluator`, `event` or `span`',
      example: 'llm',
    }),
    name: z.string().meta({ example: 'chat gpt-4o-mini' }),
    failed: z.boolean(),
    error: z.string().nullable(),
    model: z.string().nullable().meta({ example: 'gpt-4o-mini' }),
    session_id: z.string().nullable(),
    end_user: z.string().nullable().meta({ description: 'Whom the sender served, masked' }),
    input_tokens: z.int().meta({ example: 1200 }),
    output_tokens: z.int().meta({ example: 400 }),
    cached_input_tokens: z.int().meta({ description: 'Of the input', example: 1000 }),
    cache_write_tokens: z.int().meta({ description: 'Of the input', example: 0 }),
    reasoning_tokens: z.int().meta({ description: 'Of the output', example: 120 }),
    started_at: Timestamp,
    duration_ms: z.number().meta({ example: 812.5 }),
    input: z
      .string()
      .nullable()
      .meta({ description: 'Masked; that of a call of a model stands in its trace' }),
    output: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()).meta({ description: 'Masked' }),
  })
  .meta({ id: 'LlmSpan' });

const sums = {
  requests: z.int().meta({ example: 3 }),
  input_tokens: z.int().meta({ example: 3600 }),
  output_tokens: z.int().meta({ example: 1200 }),
  cost_usd: z.number().meta({ example: 0.0072 }),
  unpriced: z.int().meta({ description: 'Requests of which no cost is known', example: 0 }),
};
export const CostSums = z.object(sums);

const CostGrouping = z.enum(['model', 'day', 'user']).meta({ id: 'CostGrouping' });

export const CostReportInput = z.object({
  ...period,
  group_by: CostGrouping.default('model').meta({ description: 'Days are those of UTC' }),
  user_id: UserFilter,
});

export const CostReport = z
  .object({
    group_by: CostGrouping,
    rows: z
      .array(
        z.object({
          model: z.string().optional().meta({ description: 'When grouped by model', example: 'gpt-4o-mini' }),
          day: z.iso.date().optional().meta({ description: 'When grouped by day' }),
          user_id: z.string().optional().meta({ description: 'When grouped by user' }),
          ...sums,
        }),
      )
      .meta({ description: 'Days in order; models and users by what they cost, the first 1,000' }),
    totals: CostSums,
  })
  .meta({ id: 'LlmCosts' });

export const GetTraceInput = z.object({ trace_id });

export const Trace = z
  .object({
    ...heading,
    prompt: z
      .string()
      .nullable()
      .meta({ description: 'As it was sent; null where raw prompts are not kept' }),
    masked_prompt: z
      .string()
      .nullable()
      .meta({ description: 'null once it was forgotten, like the other texts' }),
    response: z.string().max(MAX_TRACE_BYTES).nullable(),
    tool_calls: z.array(z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
    ...findings,
    feedback: z.array(z.object(feedback)).meta({ description: 'The newest first, at most 100' }),
    spans: z.array(LlmSpan).meta({
      description:
        'The steps of its run, by their beginning: the first 1,000. `parent_span_id` makes a tree of them',
    }),
    cost: CostSums.meta({ description: 'Of its run, as far as it was reported with the `run_id`' }),
  })
  .meta({ id: 'LlmTrace' });
