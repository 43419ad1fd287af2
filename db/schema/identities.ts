import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';

/** An account elsewhere that logs its owner in here. `subject` is what the provider calls the person, for ever. */
export const identities = sqliteTable(
  'identities',
  {
    provider: text({ enum: ['google', 'kakao', 'apple'] }).notNull(),
    subject: text().notNull(),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    created_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), index('identities_user').on(t.user_id)],
);

export type Provider = (typeof identities.$inferSelect)['provider'];
