import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { principals, users } from './accounts.ts';

/** Why the target of a redirector is not known. */
export const REDIRECT_FAILURES = [
  'no_redirect',
  'bad_target',
  'too_many_hops',
  'address_refused',
  'unreachable',
  'timeout',
  'too_many_links',
  'busy',
] as const;

/**
 * What the model and the rules said of a canonical URL, for a day. One row per URL and model version. Its migration made
 * it WITHOUT ROWID, which Drizzle's schema cannot say: every scan writes one, and it is always asked for by its key.
 */
export const url_analysis_cache = sqliteTable(
  'url_analysis_cache',
  {
    url_hash: text().notNull(),
    model_version: text().notNull(),
    /** the canonical URL */
    url: text().notNull(),
    analysis_result: text({ enum: ['safe', 'dangerous'] }).notNull(),
    confidence: real().notNull(),
    risk_score: real().notNull(),
    risk_level: text({ enum: ['low', 'caution', 'high'] }).notNull(),
    /** the model's risks of the link and of what it leads to; reasons are made for each request */
    risks: text({ mode: 'json' }).$type<number[]>().notNull().default([]),
    cached_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.url_hash, t.model_version] }), index('cache_expiry').on(t.expires_at)],
);

/** Where redirectors said that links lead, for a day, or why they did not say. */
export const redirect_targets = sqliteTable(
  'redirect_targets',
  {
    /** of the redirecting URL */
    url_hash: text().primaryKey(),
    /** a canonical URL */
    target: text(),
    failure: text({ enum: REDIRECT_FAILURES }),
    expires_at: integer().notNull(),
  },
  (t) => [index('redirect_expiry').on(t.expires_at)],
);

/**
 * Every scan of a caller, cached or not. `url` is what was sent: a URL, what a code holds without its secrets, or a
 * message with personal data masked; `url_hash` is that of the canonical URL, else of `url`.
 */
export const scan_history = sqliteTable(
  'scan_history',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    url_hash: text().notNull(),
    kind: text({ enum: ['url', 'qr', 'message'] })
      .notNull()
      .default('url'),
    verdict: text({ enum: ['safe', 'caution', 'dangerous'] })
      .notNull()
      .default('safe'),
    analysis_result: text({ enum: ['safe', 'dangerous'] }).notNull(),
    confidence: real().notNull(),
    scanned_at: integer().notNull(),
  },
  (t) => [
    index('history_principal').on(t.principal_id, t.id),
    index('history_principal_result').on(t.principal_id, t.analysis_result, t.id),
  ],
);

export const scan_feedback = sqliteTable(
  'scan_feedback',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer().references(() => principals.id, { onDelete: 'set null' }),
    url_hash: text().notNull(),
    /** the URL and the verdict that was reported wrong, as they were then */
    url: text().notNull(),
    analysis_result: text({ enum: ['safe', 'dangerous'] }).notNull(),
    risk_score: real().notNull(),
    model_version: text().notNull(),
    verdict: text({ enum: ['safe', 'dangerous'] }).notNull(),
    comment: text(),
    created_at: integer().notNull(),
    /** the administrator's decision; null while the report is open */
    outcome: text({ enum: ['confirmed', 'rejected'] }),
    decided_at: integer(),
    /** the administrator's answer to the reporter */
    answer: text(),
  },
  (t) => [
    index('feedback_url').on(t.url_hash),
    index('feedback_created').on(t.created_at),
    index('feedback_principal').on(t.principal_id, t.id),
  ],
);

/** The administrators' lists. `value` is `domain:<name>`, `host:<host>`, or `url:<hash of the canonical URL>`. */
export const url_lists = sqliteTable('url_lists', {
  value: text().primaryKey(),
  kind: text({ enum: ['domain', 'host', 'url'] }).notNull(),
  list: text({ enum: ['allow', 'deny'] }).notNull(),
  /** what the administrator typed */
  entry: text().notNull(),
  note: text(),
  created_by: integer().references(() => users.id, { onDelete: 'set null' }),
  created_at: integer().notNull(),
});

/** Scans summed by day (UTC) and model version: how the model is doing, without anyone's history. */
export const scan_days = sqliteTable(
  'scan_days',
  {
    /** `2025-10-27` */
    day: text().notNull(),
    model_version: text().notNull(),
    scans: integer().notNull(),
    cached: integer().notNull(),
    dangerous: integer().notNull(),
    /** of the scans that the model was asked for: the number and the sum of their risk scores */
    judged: integer().notNull(),
    risk_sum: real().notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.model_version] })],
);

/** Feeds of known threats that wait to be imported; what they list lies in a database of its own (`db/feeds.ts`). */
export const feed_imports = sqliteTable('feed_imports', {
  name: text().primaryKey(),
  ttl_ms: integer().notNull(),
  /** its name in the folder of the feeds' database */
  file: text().notNull(),
  created_at: integer().notNull(),
});
