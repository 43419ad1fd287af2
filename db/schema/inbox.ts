import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { sessions, users } from './accounts.ts';

/**
 * What stands in people's feeds: the facts of it; its sentences are made in the reader's language. What is for everyone
 * is one row that is nobody's.
 */
export const feed_items = sqliteTable(
  'feed_items',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** null: everyone's */
    principal_id: integer().references(() => users.id, { onDelete: 'cascade' }),
    /** the type of the event it was made from */
    type: text().notNull(),
    payload: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('feed_principal').on(t.principal_id, t.id)],
);

/** What a user should know of. As in the feed, the facts and not the sentences. */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** the type of the event it was made from */
    type: text().notNull(),
    payload: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    read: integer({ mode: 'boolean' }).notNull().default(false),
    created_at: integer().notNull(),
  },
  (t) => [
    index('notifications_principal').on(t.principal_id, t.id),
    index('notifications_read').on(t.principal_id, t.read, t.id),
  ],
);

/** A device that notifications are sent to. It belongs to a login: a phone that is logged out is told nothing more. */
export const push_tokens = sqliteTable(
  'push_tokens',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    session_id: integer()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    platform: text({ enum: ['fcm', 'apns'] }).notNull(),
    device_token: text().notNull(),
    /** the device's own, for users who have set none */
    language: text({ enum: ['ko', 'en'] }).notNull(),
    /** when it was last registered */
    registered_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('push_tokens_device').on(t.platform, t.device_token),
    index('push_tokens_principal').on(t.principal_id, t.registered_at),
    index('push_tokens_session').on(t.session_id),
  ],
);

/** Notifications that are still to be sent to a device. A row goes when it was sent, or is given up. */
export const push_outbox = sqliteTable(
  'push_outbox',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    notification_id: integer()
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    token_id: integer()
      .notNull()
      .references(() => push_tokens.id, { onDelete: 'cascade' }),
    platform: text({ enum: ['fcm', 'apns'] }).notNull(),
    /** counts the tries, the one that runs included, and is its fencing number */
    attempts: integer().notNull().default(0),
    /** while it is being sent: when it counts as abandoned */
    due_at: integer().notNull(),
  },
  (t) => [
    index('push_outbox_due').on(t.platform, t.due_at),
    index('push_outbox_notification').on(t.notification_id),
    index('push_outbox_token').on(t.token_id),
  ],
);

/** What an administrator asks of a user. */
export const tasks = sqliteTable(
  'tasks',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    assigned_by: integer().references(() => users.id, { onDelete: 'set null' }),
    type: text({ enum: ['quiz', 'mission', 'tutorial'] }).notNull(),
    title: text().notNull(),
    description: text(),
    status: text({ enum: ['pending', 'done'] }).notNull(),
    payload: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    due_at: integer(),
    /** when its user is reminded of it; null when he was, or needs not be */
    remind_at: integer(),
    created_at: integer().notNull(),
    completed_at: integer(),
  },
  (t) => [
    index('tasks_pending').on(t.user_id, t.due_at, t.id).where(sql`status = 'pending'`),
    index('tasks_done').on(t.user_id, t.completed_at, t.id).where(sql`status = 'done'`),
    index('tasks_user').on(t.user_id, t.id),
    index('tasks_assigner').on(t.assigned_by),
    index('tasks_remind').on(t.remind_at).where(sql`remind_at is not null`),
  ],
);

/** What users say of the mobile app. Personal data in the comment is masked. */
export const mobile_feedback = sqliteTable(
  'mobile_feedback',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    rating: integer().notNull(),
    comment: text(),
    screen_name: text(),
    device_info: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [
    index('mobile_feedback_rating').on(t.rating, t.id),
    index('mobile_feedback_principal').on(t.principal_id),
  ],
);
