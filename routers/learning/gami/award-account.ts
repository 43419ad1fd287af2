import { and, eq, gt, type Placeholder, sql, sum } from 'drizzle-orm';
import {
  type Db,
  gami_ledger,
  gami_profiles,
  preparedStatements,
  settings,
  users,
} from '../../../db/index.ts';
import type { EventContext } from '../../core/events/types.ts';
import { isTimeZone, toDayNumber } from '../../core/time-zone.ts';
import {
  AWARD_RULES,
  type AwardEarning,
  type AwardRule,
  COUNTERS,
  type Counter,
  toEarningKey,
  toPoints,
} from './rules.ts';

/** In every time zone, midnight falls on a quarter of an hour. */
const QUARTER_MS = 900_000;

const user_id = sql.placeholder('user_id');
const placeholders = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, sql.placeholder(name) as Placeholder])) as Record<
    T,
    Placeholder
  >;
const fromExcluded = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, sql`excluded.${sql.identifier(name)}`]));
const PROFILE_COLUMNS = ['xp', 'points', ...COUNTERS, 'day_checked_until', 'updated_at'] as const;

const statements = preparedStatements((db) => ({
  account: db
    .select({ profile: gami_profiles, preferences: settings.preferences })
    .from(users)
    .leftJoin(gami_profiles, eq(gami_profiles.user_id, users.id))
    .leftJoin(settings, eq(settings.principal_id, users.id))
    .where(eq(users.id, user_id))
    .prepare(),
  dayCheckedUntil: db
    .select({ day_checked_until: gami_profiles.day_checked_until })
    .from(gami_profiles)
    .where(eq(gami_profiles.user_id, user_id))
    .prepare(),
  xpToday: db
    .select({ xp: sum(gami_ledger.xp).mapWith(Number) })
    .from(gami_ledger)
    .where(
      and(
        eq(gami_ledger.user_id, user_id),
        eq(gami_ledger.rule, sql.placeholder('rule')),
        eq(gami_ledger.day, sql.placeholder('day')),
        gt(gami_ledger.xp, sql`0`),
      ),
    )
    .prepare(),
  addLedgerEntry: db
    .insert(gami_ledger)
    .values({
      user_id,
      ...placeholders(['rule', 'key', 'xp', 'points', 'day', 'event_id', 'detail', 'created_at']),
    })
    .onConflictDoNothing()
    .prepare(),
  badgeKeys: db
    .select({ key: gami_ledger.key })
    .from(gami_ledger)
    .where(and(eq(gami_ledger.user_id, user_id), eq(gami_ledger.rule, 'badge'), gt(gami_ledger.xp, sql`0`)))
    .prepare(),
  saveProfile: db
    .insert(gami_profiles)
    .values({ user_id, created_at: sql.placeholder('updated_at'), ...placeholders(PROFILE_COLUMNS) })
    .onConflictDoUpdate({ target: gami_profiles.user_id, set: fromExcluded(PROFILE_COLUMNS) })
    .prepare(),
}));

/** When something happened, and the event it came from; null when it was reported from outside. */
export interface AwardContext {
  at: number;
  event_id: number | null;
}

/** A user's account while awards are added to it. */
export interface AwardAccount extends AwardContext {
  db: Db;
  user_id: number;
  /** the day in the user's time zone, counted from 1970-01-01 */
  day: number;
  xp: number;
  points: number;
  counters: Record<Counter, number>;
}

/** Null for a principal that is not a user. */
export function openAccount(
  { db, time_zone }: EventContext,
  user_id: number,
  { at, event_id }: AwardContext,
): AwardAccount | null {
  const row = statements(db).account.get({ user_id });
  if (!row) return null;
  const { profile, preferences } = row;
  const day = toDayNumber(at, toUserTimeZone(preferences, time_zone));
  const { xp = 0, points = 0 } = profile ?? {};
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, profile?.[name] ?? 0]));
  return { db, user_id, at, event_id, day, xp, points, counters: counters as Record<Counter, number> };
}

/** The day of an instant in the user's time zone, counted from 1970-01-01. */
export function toUserDay(db: Db, user_id: number, at: number, time_zone: string): number {
  const preferences = statements(db).account.get({ user_id })?.preferences ?? null;
  return toDayNumber(at, toUserTimeZone(preferences, time_zone));
}

/** The time zone in the user's settings if it is valid, else the product's. */
function toUserTimeZone(preferences: Record<string, unknown> | null, fallback: string): string {
  return isTimeZone(preferences?.timezone) ? preferences.timezone : fallback;
}

/** Adds one entry to the ledger, up to the daily limit of its rule. An entry that is there already changes nothing. */
export function grant(account: AwardAccount, earning: AwardEarning): void {
  const { db, user_id, day, at: created_at, event_id } = account;
  const { rule: name, detail = {} } = earning;
  const rule: AwardRule = AWARD_RULES[name];
  const q = statements(db);
  let xp = earning.xp ?? rule.xp;
  if (rule.xp_per_day !== undefined) {
    const today = q.xpToday.get({ user_id, rule: name, day })?.xp ?? 0;
    xp = Math.max(0, Math.min(xp, rule.xp_per_day - today));
  }
  const points = toPoints(account.xp + xp) - toPoints(account.xp);
  const key = toEarningKey(earning);
  const entry = { user_id, rule: name, key, xp, points, day, event_id, detail, created_at };
  if (q.addLedgerEntry.run(entry).changes === 0) return;
  account.xp += xp;
  account.points += points;
  if (rule.counts) account.counters[rule.counts] += 1;
}

/** The ledger keys of the badges that a user has. */
export function listBadgeKeys({ db, user_id }: AwardAccount): Set<string> {
  return new Set(
    statements(db)
      .badgeKeys.all({ user_id })
      .map(({ key }) => key),
  );
}

export function saveProfile({ db, user_id, xp, points, counters, at }: AwardAccount): void {
  const day_checked_until = (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;
  statements(db).saveProfile.run({ user_id, xp, points, ...counters, day_checked_until, updated_at: at });
}

/** Whether the profile says that the user's day of this instant is recorded as active. */
export function isDayRecorded({ day_checked_until }: { day_checked_until: number }, at: number): boolean {
  return at < day_checked_until && at >= day_checked_until - QUARTER_MS;
}

/** The same, read from the stored profile: cheaper than an award that grants nothing. */
export function isUserDayRecorded(db: Db, user_id: number, at: number): boolean {
  const row = statements(db).dayCheckedUntil.get({ user_id });
  return row !== undefined && isDayRecorded(row, at);
}
