import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';

/** What a user did in a client, as the client told it, without personal data. */
export const activity_events = sqliteTable(
  'activity_events',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** the client's own time, or that of receipt where it told none that can be */
    at: integer().notNull(),
    event_type: text().notNull(),
    element_id: text(),
    page_name: text(),
    /** whatever else the client told */
    extra: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    received_at: integer().notNull(),
  },
  (t) => [index('activity_user').on(t.user_id, t.at), index('activity_at').on(t.at)],
);

const counts = {
  kind: text({ enum: ['type', 'page'] }).notNull(),
  name: text().notNull(),
  /** `2025-10-27`, UTC */
  day: text().notNull(),
  events: integer().notNull(),
};

/** A user's events counted by type and by page, a row a day, kept in the transaction that stores them. */
export const activity_days = sqliteTable(
  'activity_days',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    ...counts,
  },
  (t) => [primaryKey({ columns: [t.user_id, t.kind, t.name, t.day] }), index('activity_days_day').on(t.day)],
);

/** The same of everyone together. It names nobody, so it stays when a user goes and when events are forgotten. */
export const activity_totals = sqliteTable('activity_totals', counts, (t) => [
  primaryKey({ columns: [t.kind, t.name, t.day] }),
]);
