import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The last turn of each scheduled job: of all processes that share the database, one takes it. */
export const schedule_runs = sqliteTable('schedule_runs', {
  job: text().primaryKey(),
  /** the instant the turn stands for, as the job's times say */
  period: integer().notNull(),
  /** how many have taken this turn: one that crashes leaves it to the next */
  attempts: integer().notNull(),
  holder: text().notNull(),
  /** null once the turn is over */
  held_until: integer(),
  started_at: integer().notNull(),
  finished_at: integer(),
  /** why it failed; null when it did not */
  error: text(),
});
