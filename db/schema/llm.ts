import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';
import type { DiffUrlFinding } from './git.ts';

/**
 * A call of a language model as it was reported: what lists show and filter by. Its texts stand in a table of their
 * own, so that a page of this one reads no long rows. The indexes end in the time, so that each filter comes in order.
 */
export const llm_traces = sqliteTable(
  'llm_traces',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** the reporter's own name of the run; several traces may share it */
    run_id: text().notNull(),
    model: text(),
    /** the beginnings of the masked texts; null once those are forgotten */
    prompt_excerpt: text(),
    response_excerpt: text(),
    url_findings: text({ mode: 'json' }).$type<UrlFinding[]>().notNull(),
    policy_hits: text({ mode: 'json' }).$type<TraceHit[]>().notNull(),
    /** that of the newest feedback */
    rating: text({ enum: ['good', 'bad', 'neutral'] }),
    created_at: integer().notNull(),
  },
  (t) => [
    index('traces_created').on(t.created_at),
    index('traces_model').on(t.model, t.created_at),
    index('traces_run').on(t.run_id, t.created_at),
    index('traces_owner').on(t.user_id, t.created_at),
    index('traces_owner_model').on(t.user_id, t.model, t.created_at),
    index('traces_owner_run').on(t.user_id, t.run_id, t.created_at),
    // Few traces are rated, so these are small.
    index('traces_rated').on(t.rating, t.created_at).where(sql`${t.rating} is not null`),
    index('traces_rated_model').on(t.rating, t.model, t.created_at).where(sql`${t.rating} is not null`),
    index('traces_owner_rated').on(t.user_id, t.rating, t.created_at).where(sql`${t.rating} is not null`),
    index('traces_owner_rated_model')
      .on(t.user_id, t.rating, t.model, t.created_at)
      .where(sql`${t.rating} is not null`),
  ],
);

/** A URL in a response, and the verdict on it. */
export type UrlFinding = Omit<DiffUrlFinding, 'file' | 'line'>;

/** A red-team policy that a trace meets, and on which side. */
export interface TraceHit {
  id: string;
  category: string;
  action: 'block' | 'mask' | 'flag';
  side: 'input' | 'output';
}

/** The texts of a trace, without personal data but for `prompt`, which is kept only where the product is told to. */
export const llm_trace_texts = sqliteTable('llm_trace_texts', {
  trace_id: integer()
    .primaryKey()
    .references(() => llm_traces.id, { onDelete: 'cascade' }),
  prompt: text(),
  masked_prompt: text().notNull(),
  response: text().notNull(),
  tool_calls: text({ mode: 'json' }).$type<unknown[]>().notNull(),
  metadata: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
});

/**
 * A step of a run, as OpenTelemetry calls it a span: the spans of a run are a tree. Calls of a language model are traces
 * too, and `trace_id` says which. Texts hold no personal data.
 */
export const llm_spans = sqliteTable(
  'llm_spans',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** the id of the whole tree, which is the `run_id` of its traces and costs */
    run_id: text().notNull(),
    span_id: text().notNull(),
    parent_span_id: text(),
    trace_id: integer().references(() => llm_traces.id, { onDelete: 'set null' }),
    kind: text().notNull(),
    name: text().notNull(),
    failed: integer({ mode: 'boolean' }).notNull(),
    error: text(),
    model: text(),
    session_id: text(),
    end_user: text(),
    input_tokens: integer().notNull(),
    output_tokens: integer().notNull(),
    cached_input_tokens: integer().notNull(),
    cache_write_tokens: integer().notNull(),
    reasoning_tokens: integer().notNull(),
    /** Unix microseconds: steps of one run often begin in the same millisecond */
    started_us: integer().notNull(),
    duration_us: integer().notNull(),
    /** null for a call of a model: its texts stand with the trace */
    input: text(),
    output: text(),
    attributes: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    created_at: integer().notNull(),
  },
  (t) => [
    // An export that is sent again stores nothing twice.
    uniqueIndex('llm_spans_own').on(t.user_id, t.run_id, t.span_id),
    index('llm_spans_run').on(t.user_id, t.run_id, t.started_us),
    index('llm_spans_trace').on(t.trace_id),
  ],
);

/** What people said of a trace. */
export const llm_feedback = sqliteTable(
  'llm_feedback',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    trace_id: integer()
      .notNull()
      .references(() => llm_traces.id, { onDelete: 'cascade' }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    rating: text({ enum: ['good', 'bad', 'neutral'] }).notNull(),
    comment: text(),
    tags: text({ mode: 'json' }).$type<string[]>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('llm_feedback_trace').on(t.trace_id, t.id), index('llm_feedback_user').on(t.user_id)],
);

/** What a call cost, in whole nano-dollars: as it was reported, and as the price table had it then. */
export const llm_costs = sqliteTable(
  'llm_costs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    run_id: text(),
    model_name: text().notNull(),
    input_tokens: integer().notNull(),
    output_tokens: integer().notNull(),
    /** parts of the input: read from the provider's cache, and written to it */
    cached_input_tokens: integer().notNull().default(0),
    cache_write_tokens: integer().notNull().default(0),
    /** a part of the output */
    reasoning_tokens: integer().notNull().default(0),
    reported_nanos: integer(),
    computed_nanos: integer(),
    created_at: integer().notNull(),
  },
  (t) => [
    index('llm_costs_created').on(t.created_at),
    index('llm_costs_owner').on(t.user_id, t.created_at),
    index('llm_costs_run').on(t.user_id, t.run_id),
  ],
);

const counts = {
  requests: integer().notNull(),
  input_tokens: integer().notNull(),
  output_tokens: integer().notNull(),
  cost_nanos: integer().notNull(),
  /** requests whose cost neither was reported nor could be computed */
  unpriced: integer().notNull(),
};
const sums = {
  /** `2025-10-27`, UTC */
  day: text().notNull(),
  model_name: text().notNull(),
  ...counts,
};

/**
 * `llm_costs` summed by user, day and model, kept in the transaction of each row. A `model_name` of nothing is all of
 * a user's models together; the index holds those sums, so that who cost what in some days is read from it alone.
 */
export const llm_cost_days = sqliteTable(
  'llm_cost_days',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    ...sums,
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.day, t.model_name] }),
    index('llm_cost_days_together')
      .on(t.day, t.user_id, t.requests, t.input_tokens, t.output_tokens, t.cost_nanos, t.unpriced)
      .where(sql`${t.model_name} = ''`),
  ],
);

/** The same of all of a user's models and days of a month, so that who cost what in years is few rows. */
export const llm_cost_months = sqliteTable(
  'llm_cost_months',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** its first day: `2025-10-01` */
    month: text().notNull(),
    ...counts,
  },
  (t) => [primaryKey({ columns: [t.user_id, t.month] })],
);

/** The same of everyone together. It names nobody, so what a user cost stays in it when he goes. */
export const llm_cost_totals = sqliteTable('llm_cost_totals', sums, (t) => [
  primaryKey({ columns: [t.day, t.model_name] }),
]);

/** What a million tokens of a model cost, in nano-dollars. */
export const llm_prices = sqliteTable('llm_prices', {
  /** lower case */
  model: text().primaryKey(),
  input_nanos: integer().notNull(),
  output_nanos: integer().notNull(),
  /** null: as any other input */
  cached_input_nanos: integer(),
  cache_write_nanos: integer(),
  /** the day on which it was the public price */
  date: text().notNull(),
  source: text().notNull(),
  /** when an administrator put or removed it; what ships does not change it any more then */
  edited_at: integer(),
  removed: integer({ mode: 'boolean' }).notNull().default(false),
});
