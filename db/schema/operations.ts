import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { principals, users } from './accounts.ts';

/** Fixed windows of the rate limits. `key` names the rate and who it counts. */
export const rate_limits = sqliteTable(
  'rate_limits',
  {
    key: text().primaryKey(),
    window_ends_at: integer().notNull(),
    spent: integer().notNull(),
  },
  (t) => [index('rate_limits_end').on(t.window_ends_at)],
);

/** What happened, in order. Written in the transaction that made it happen. */
export const events = sqliteTable(
  'events',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    type: text().notNull(),
    /** whose event it is; null when it belongs to nobody in particular */
    principal_id: integer().references(() => principals.id, { onDelete: 'cascade' }),
    payload: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('events_principal').on(t.principal_id, t.id), index('events_type').on(t.type, t.id)],
);

/** What administrators changed. */
export const audit_log = sqliteTable(
  'audit_log',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    actor_id: integer().references(() => users.id, { onDelete: 'set null' }),
    action: text().notNull(),
    target: text().notNull(),
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [
    index('audit_action').on(t.action, t.id),
    index('audit_target').on(t.target, t.id),
    index('audit_actor').on(t.actor_id, t.id),
  ],
);

/** Settings of the product that an administrator can change while it runs. */
export const config_flags = sqliteTable('config_flags', {
  name: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
  updated_at: integer().notNull(),
});

/** The first answers to requests that carried an `Idempotency-Key`, for as long as repeats get them again. */
export const idempotency_keys = sqliteTable(
  'idempotency_keys',
  {
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    /** the procedure, and which call of it when one request makes several */
    operation: text().notNull(),
    key: text().notNull(),
    answer: text({ mode: 'json' }).$type<unknown>().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.principal_id, t.operation, t.key] }),
    index('idempotency_expiry').on(t.expires_at),
  ],
);
