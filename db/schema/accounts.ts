import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Whoever can own something: a guest (known by a cookie only) or a user. Instants are Unix milliseconds. */
export const principals = sqliteTable(
  'principals',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({ enum: ['guest', 'user'] }).notNull(),
    guest_id: text().unique(),
    created_at: integer().notNull(),
  },
  // Guests are counted, and those who cannot come back are looked for.
  (t) => [index('principals_guests').on(t.created_at).where(sql`kind = 'guest'`)],
);

/** A registered person. `user_id` is the public name of the row, `user_YYYYMMDD_NNN`. */
export const users = sqliteTable(
  'users',
  {
    id: integer()
      .primaryKey()
      .references(() => principals.id, { onDelete: 'cascade' }),
    user_id: text().notNull().unique(),
    /** of an account without one: a name under `NO_EMAIL`, which no mail reaches */
    email: text().notNull(),
    /** when a provider or an administrator vouched that the address is this person's; null when nobody did */
    email_verified_at: integer(),
    username: text().notNull(),
    /** how the address and the username are compared: `foldEmail` and `foldName` of `db/fold.ts` */
    email_key: text().notNull(),
    username_key: text().notNull(),
    nickname: text().notNull(),
    display_name: text(),
    role: text({ enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    /** argon2id, PHC string; null when the account has no password of its own */
    password_hash: text(),
    locked_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('users_email_key').on(t.email_key),
    uniqueIndex('users_username_key').on(t.username_key),
  ],
);

/** One login (or one guest's browser). Ending the row ends every token that hangs on it. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** SHA-256 of the cookie's value */
    token_hash: text().notNull().unique(),
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    expires_at: integer().notNull(),
    created_at: integer().notNull(),
    last_used_at: integer().notNull(),
    /** when its user last proved who they are, by password or provider; null for guests and devices */
    authenticated_at: integer(),
    user_agent: text(),
    address: text(),
  },
  (t) => [index('sessions_principal').on(t.principal_id), index('sessions_expiry').on(t.expires_at)],
);

/** Addresses that have logged in to an account: wrong passwords from elsewhere do not keep them out. */
export const login_addresses = sqliteTable(
  'login_addresses',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the address, of IPv6 its first 64 bits */
    address_hash: text().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.address_hash] }),
    index('login_addresses_expiry').on(t.expires_at),
  ],
);

export const access_tokens = sqliteTable(
  'access_tokens',
  {
    token_hash: text().primaryKey(),
    session_id: integer()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    expires_at: integer().notNull(),
  },
  (t) => [index('access_tokens_session').on(t.session_id), index('access_tokens_expiry').on(t.expires_at)],
);

/** A refresh token is kept after its use: using it again is how a theft shows. */
export const refresh_tokens = sqliteTable(
  'refresh_tokens',
  {
    token_hash: text().primaryKey(),
    session_id: integer()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    expires_at: integer().notNull(),
    spent_at: integer(),
  },
  (t) => [index('refresh_tokens_session').on(t.session_id), index('refresh_tokens_expiry').on(t.expires_at)],
);

export const api_keys = sqliteTable(
  'api_keys',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    key_hash: text().notNull().unique(),
    /** the beginning of the key, by which its owner knows it; null for keys of older versions */
    prefix: text(),
    name: text().notNull(),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    scopes: text({ mode: 'json' }).$type<ApiKeyScope[]>().notNull(),
    created_at: integer().notNull(),
    last_used_at: integer(),
    /** null: it does not expire */
    expires_at: integer(),
    revoked_at: integer(),
  },
  (t) => [index('api_keys_user').on(t.user_id)],
);

export const API_KEY_SCOPES = ['scan', 'chat', 'read', 'agent', 'llm', 'events', 'gami'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** Only what was set is stored; defaults belong to the code that reads it. */
export const settings = sqliteTable(
  'settings',
  {
    principal_id: integer()
      .primaryKey()
      .references(() => principals.id, { onDelete: 'cascade' }),
    notification_enabled: integer({ mode: 'boolean' }),
    ar_warning_enabled: integer({ mode: 'boolean' }),
    language: text({ enum: ['ko', 'en'] }),
    preferences: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    updated_at: integer().notNull(),
  },
  (t) => [check('settings_language', sql`${t.language} in ('ko', 'en')`)],
);
