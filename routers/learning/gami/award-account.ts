import { and, eq, gt, type Placeholder, sql, sum } from 'drizzle-orm';
import { type Db, gami_ledger, gami_profiles, preparedStatements, users } from '../../../db/index.ts';
import type { EventContext } from '../../core/events/types.ts';
import { toDayNumber } from '../../core/time-zone.ts';
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
const PROFILE_COLUMNS = [
  'xp',
  'points',
  'verified_xp',
  ...COUNTERS,
  'day_checked_until',
  'updated_at',
] as const;

const statements = preparedStatements((db) => ({
  account: db
    .select({ profile: gami_profiles })
    .from(users)
    .leftJoin(gami_profiles, eq(gami_profiles.user_id, users.id))
    .where(eq(users.id, user_id))
    .prepare(),
  dayCheckedUntil: db
    .select({ day_checked_until: gami_profiles.day_checked_until })
    .from(gami_profiles)
    .where(eq(gami_profiles.user_id, user_id))
    .prepare(),
  earnedToday: db
    .select({
      xp: sum(gami_ledger.xp).mapWith(Number),
      verified_xp: sum(gami_ledger.verified_xp).mapWith(Number),
    })
    .from(gami_ledger)
    .where(
      and(
        eq(gami_ledger.user_id, user_id),
        eq(gami_ledger.rule, sql.placeholder('rule')),
        eq(gami_ledger.day, sql.placeholder('day')),
        // The condition is written as in the partial index, so that SQLite uses it.
        sql`(xp > 0 or verified_xp > 0)`,
      ),
    )
    .prepare(),
  addLedgerEntry: db
    .insert(gami_ledger)
    .values({
      user_id,
      ...placeholders([
        'rule',
        'key',
        'xp',
        'points',
        'verified_xp',
        'day',
        'event_id',
        'detail',
        'created_at',
      ]),
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
  /** a service or an administrator answers for it, so all that it earns counts as verified */
  is_trusted?: boolean;
}

/** A user's account while awards are added to it. */
export interface AwardAccount extends AwardContext {
  db: Db;
  user_id: number;
  /** the day in the product's time zone, counted from 1970-01-01: one that users choose would let them have days twice */
  day: number;
  xp: number;
  points: number;
  verified_xp: number;
  counters: Record<Counter, number>;
}

/** Null for a principal that is not a user. */
export function openAccount(
  { db, time_zone }: EventContext,
  user_id: number,
  { at, event_id, is_trusted = false }: AwardContext,
): AwardAccount | null {
  const row = statements(db).account.get({ user_id });
  if (!row) return null;
  const { profile } = row;
  const day = toDayNumber(at, time_zone);
  const { xp = 0, points = 0, verified_xp = 0 } = profile ?? {};
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, profile?.[name] ?? 0]));
  return {
    db,
    user_id,
    at,
    event_id,
    is_trusted,
    day,
    xp,
    points,
    verified_xp,
    counters: counters as Record<Counter, number>,
  };
}

/** Adds one entry to the ledger, up to the daily limit of its rule. An entry that is there already changes nothing. */
export function grant(account: AwardAccount, earning: AwardEarning): void {
  const { db, user_id, day, at: created_at, event_id } = account;
  const { rule: name, detail = {} } = earning;
  const rule: AwardRule = AWARD_RULES[name];
  const q = statements(db);
  const full = earning.xp ?? rule.xp;
  const today = rule.xp_per_day === undefined ? null : q.earnedToday.get({ user_id, rule: name, day });
  const limit = (earned = 0) => Math.max(0, Math.min(full, (rule.xp_per_day ?? full) - earned));
  const xp = limit(today?.xp ?? 0);
  // Each has its own limit, so that neither depends on the order of events.
  const verified_xp = earning.is_verified || account.is_trusted ? limit(today?.verified_xp ?? 0) : 0;
  const points = toPoints(account.verified_xp + verified_xp) - toPoints(account.verified_xp);
  const key = toEarningKey(earning);
  const entry = { user_id, rule: name, key, xp, points, verified_xp, day, event_id, detail, created_at };
  if (q.addLedgerEntry.run(entry).changes === 0) return;
  account.xp += xp;
  account.points += points;
  account.verified_xp += verified_xp;
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

export function saveProfile({ db, user_id, xp, points, verified_xp, counters, at }: AwardAccount): void {
  const day_checked_until = (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;
  statements(db).saveProfile.run({
    user_id,
    xp,
    points,
    verified_xp,
    ...counters,
    day_checked_until,
    updated_at: at,
  });
}

/** Whether the profile says that the day of this instant is recorded as active. */
export function isDayRecorded({ day_checked_until }: { day_checked_until: number }, at: number): boolean {
  return at < day_checked_until && at >= day_checked_until - QUARTER_MS;
}

/** The same, read from the stored profile: cheaper than an award that grants nothing. */
export function isUserDayRecorded(db: Db, user_id: number, at: number): boolean {
  const row = statements(db).dayCheckedUntil.get({ user_id });
  return row !== undefined && isDayRecorded(row, at);
}
