import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';

/** A code that a user was shown in the browser and types into an app. It is gone once it was used. */
export const device_codes = sqliteTable(
  'device_codes',
  {
    /** SHA-256 of the code */
    code_hash: text().primaryKey(),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expires_at: integer().notNull(),
  },
  (t) => [index('device_codes_user').on(t.user_id), index('device_codes_expiry').on(t.expires_at)],
);

/** A device that shows a code itself and waits for someone to enter it at `/device` (RFC 8628). */
export const device_grants = sqliteTable(
  'device_grants',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** SHA-256 of what the device asks with */
    device_code_hash: text().notNull().unique(),
    /** SHA-256 of what a person types */
    user_code_hash: text().notNull().unique(),
    client_id: text().notNull(),
    /** what the device looked like when it asked, for the person who is asked about it */
    user_agent: text(),
    address: text(),
    status: text({ enum: ['pending', 'approved', 'denied'] }).notNull(),
    /** who approved or denied it */
    user_id: integer().references(() => users.id, { onDelete: 'cascade' }),
    /** seconds between two questions; grows with each that comes too soon */
    interval: integer().notNull(),
    asked_at: integer(),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [index('device_grants_user').on(t.user_id), index('device_grants_expiry').on(t.expires_at)],
);

export const PLATFORMS = ['windows', 'macos', 'linux'] as const;

/** Versions of the desktop app. `version` is in semver's normal form. */
export const releases = sqliteTable(
  'releases',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    platform: text({ enum: PLATFORMS }).notNull(),
    version: text().notNull(),
    mandatory: integer({ mode: 'boolean' }).notNull(),
    /** older versions than this must update */
    min_version: text(),
    download_url: text().notNull(),
    /** of the download, hex */
    sha256: text().notNull(),
    release_notes: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [uniqueIndex('releases_version').on(t.platform, t.version)],
);

/** What everyone who starts the app should read. */
export const notices = sqliteTable('notices', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** null: every platform */
  platform: text({ enum: PLATFORMS }),
  title: text().notNull(),
  body: text().notNull(),
  starts_at: integer().notNull(),
  /** null: until it is removed */
  ends_at: integer(),
  created_at: integer().notNull(),
});
