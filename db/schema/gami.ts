import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';
import { events } from './operations.ts';

/**
 * Every gain and spend of XP and points; rows are never changed. `key` says what makes it the same event, so that one
 * that is told again earns nothing. A row of nothing but zeros is an event over its cap, or one that only counts.
 */
export const gami_ledger = sqliteTable(
  'gami_ledger',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    rule: text().notNull(),
    key: text().notNull(),
    xp: integer().notNull(),
    points: integer().notNull(),
    /** the part of the XP that the product has verified */
    verified_xp: integer().notNull().default(0),
    /** the day in the product's time zone, counted from 1970-01-01 */
    day: integer().notNull(),
    /** the event that earned it, badges that it brought included; null when something else did */
    event_id: integer().references(() => events.id, { onDelete: 'set null' }),
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('gami_ledger_key').on(t.user_id, t.key),
    index('gami_ledger_user').on(t.user_id, t.id).where(sql`xp <> 0 or points <> 0`),
    index('gami_ledger_rule')
      .on(t.user_id, t.rule, t.day, t.xp, t.verified_xp)
      .where(sql`(xp > 0 or verified_xp > 0)`),
    index('gami_ledger_event').on(t.event_id).where(sql`event_id is not null`),
  ],
);

/** What the ledger and the events come to, kept up to date with them. */
export const gami_profiles = sqliteTable(
  'gami_profiles',
  {
    user_id: integer()
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    xp: integer().notNull().default(0),
    points: integer().notNull().default(0),
    /** the part of the XP that the product has verified, of which points are a tenth */
    verified_xp: integer().notNull().default(0),
    logins: integer().notNull().default(0),
    commits: integer().notNull().default(0),
    quizzes: integer().notNull().default(0),
    perfect_quizzes: integer().notNull().default(0),
    code_generations: integer().notNull().default(0),
    scans: integer().notNull().default(0),
    dangerous_links: integer().notNull().default(0),
    longest_streak: integer().notNull().default(0),
    /** the end of the quarter of an hour in which the day was last noted; midnight is between two of them */
    day_checked_until: integer().notNull().default(0),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [check('gami_points', sql`${t.points} >= 0`)],
);

/** Days in a row on which a user did something; days are those of the product's time zone, counted from 1970-01-01. */
export const gami_streaks = sqliteTable(
  'gami_streaks',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    first_day: integer().notNull(),
    last_day: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.user_id, t.first_day] })],
);

/** XP summed by period, for leaderboards. */
export const gami_scores = sqliteTable(
  'gami_scores',
  {
    period: text({ enum: ['daily', 'weekly', 'monthly', 'all'] }).notNull(),
    /** its first day, counted from 1970-01-01 where the leaderboard is; 0 for `all` */
    first_day: integer().notNull(),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    score: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.period, t.first_day] }),
    index('gami_scores_rank').on(t.period, t.first_day, sql`${t.score} desc`, t.user_id),
  ],
);

/** What points buy. */
export const gami_rewards = sqliteTable(
  'gami_rewards',
  {
    reward_id: text().primaryKey(),
    name: text({ mode: 'json' }).$type<{ ko: string; en: string }>().notNull(),
    description: text({ mode: 'json' }).$type<{ ko: string; en: string }>().notNull(),
    points_cost: integer().notNull(),
    /** null: endless */
    stock: integer(),
    active: integer({ mode: 'boolean' }).notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [check('gami_stock', sql`${t.stock} >= 0`), check('gami_cost', sql`${t.points_cost} > 0`)],
);

export const gami_redemptions = sqliteTable(
  'gami_redemptions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    reward_id: text()
      .notNull()
      .references(() => gami_rewards.reward_id),
    quantity: integer().notNull(),
    points_spent: integer().notNull(),
    status: text({ enum: ['pending', 'fulfilled', 'cancelled'] }).notNull(),
    created_at: integer().notNull(),
    settled_at: integer(),
  },
  (t) => [
    index('gami_redemptions_user').on(t.user_id, t.id),
    index('gami_redemptions_status').on(t.status, t.id),
  ],
);

/** A study group. Whoever knows its join code can join. */
export const gami_groups = sqliteTable('gami_groups', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  join_code: text().notNull().unique(),
  /** null once the owner's account is gone */
  owner_id: integer().references(() => users.id, { onDelete: 'set null' }),
  created_at: integer().notNull(),
});

export const gami_members = sqliteTable(
  'gami_members',
  {
    group_id: integer()
      .notNull()
      .references(() => gami_groups.id, { onDelete: 'cascade' }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    joined_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.group_id, t.user_id] }), index('gami_members_user').on(t.user_id)],
);
