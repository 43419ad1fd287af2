import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** A red-team policy: what it looks for, where, and what is done then. `tests` are strings it must match or let pass. */
export const policies = sqliteTable('policies', {
  id: text().primaryKey(),
  category: text().notNull(),
  kind: text({ enum: ['keyword', 'regex'] }).notNull(),
  pattern: text().notNull(),
  applies_to: text({ mode: 'json' }).$type<('input' | 'output')[]>().notNull(),
  action: text({ enum: ['block', 'mask', 'flag'] }).notNull(),
  description: text().notNull(),
  tests: text({ mode: 'json' }).$type<{ match: string[]; pass: string[] }>().notNull(),
  updated_at: integer().notNull(),
});

/** One row: the version of the whole set, one more with every change. */
export const policy_versions = sqliteTable('policy_versions', {
  id: integer().primaryKey(),
  version: integer().notNull(),
  updated_at: integer().notNull(),
});
