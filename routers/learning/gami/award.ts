import { and, eq, gt, type Placeholder, sql, sum } from 'drizzle-orm';
import {
  type Db,
  gami_ledger,
  gami_profiles,
  preparedStatements,
  settings,
  users,
} from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import type { EventContext } from '../../core/events/types.ts';
import { isTimeZone, toDayNumber } from '../../core/time-zone.ts';
import { BADGES, type Badge } from './badges.ts';
import {
  COUNTERS,
  type Counter,
  type Earning,
  RULES,
  type Rule,
  toEarningKey,
  toLevel,
  toPoints,
} from './rules.ts';
import { addScore } from './scores.ts';
import { recordActiveDay } from './streaks.ts';

/** Midnight falls on a quarter of an hour everywhere. */
const QUARTER_MS = 900_000;

const user_id = sql.placeholder('user_id');
/** The columns of a row that is given with a statement. */
const given = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, sql.placeholder(name) as Placeholder])) as Record<
    T,
    Placeholder
  >;
const excluded = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, sql`excluded.${sql.identifier(name)}`]));
const KEPT = ['xp', 'points', ...COUNTERS, 'day_checked_until', 'updated_at'] as const;

const statements = preparedStatements((db) => ({
  account: db
    .select({ profile: gami_profiles, preferences: settings.preferences })
    .from(users)
    .leftJoin(gami_profiles, eq(gami_profiles.user_id, users.id))
    .leftJoin(settings, eq(settings.principal_id, users.id))
    .where(eq(users.id, user_id))
    .prepare(),
  checked: db
    .select({ day_checked_until: gami_profiles.day_checked_until })
    .from(gami_profiles)
    .where(eq(gami_profiles.user_id, user_id))
    .prepare(),
  today: db
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
  write: db
    .insert(gami_ledger)
    .values({
      user_id,
      ...given(['rule', 'key', 'xp', 'points', 'day', 'event_id', 'detail', 'created_at']),
    })
    .onConflictDoNothing()
    .prepare(),
  badges: db
    .select({ key: gami_ledger.key })
    .from(gami_ledger)
    .where(and(eq(gami_ledger.user_id, user_id), eq(gami_ledger.rule, 'badge'), gt(gami_ledger.xp, sql`0`)))
    .prepare(),
  keep: db
    .insert(gami_profiles)
    .values({ user_id, created_at: sql.placeholder('updated_at'), ...given(KEPT) })
    .onConflictDoUpdate({ target: gami_profiles.user_id, set: excluded(KEPT) })
    .prepare(),
}));

export function toEventContext({ db, clock, random, push, emit, settings }: Context): EventContext {
  return { db, clock, random, push, emit, time_zone: settings.time_zone };
}

/** When it happened, and the event it came from; null when something else told it. */
export interface AwardContext {
  at: number;
  event_id: number | null;
}

export interface Awards {
  /** nothing had been noted on this day of the user's before */
  first_today: boolean;
  xp: number;
  points: number;
  badges: Badge[];
}

/** A user's account while something is added to it. */
interface Account extends AwardContext {
  db: Db;
  user_id: number;
  /** the user's day */
  day: number;
  xp: number;
  points: number;
  counters: Record<Counter, number>;
}

/**
 * Adds what was earned to a user's ledger, each thing once whoever tells it and however often; notes the day of
 * activity; gives the badges that follow, and tells them and the level that is reached. Returns null for who is no
 * user: guests earn nothing. To be called in a write transaction.
 */
export function award(
  scene: EventContext,
  user_id: number,
  earnings: Earning[],
  occasion: AwardContext,
): Awards | null {
  const account = open(scene, user_id, occasion);
  if (!account) return null;
  const before = { xp: account.xp, points: account.points };
  for (const earning of earnings) gain(account, earning);
  const first_today = noteDay(account);
  const badges = unlock(account);
  const xp = account.xp - before.xp;
  keep(account);
  if (xp > 0) addScore(scene.db, user_id, xp, occasion.at, scene.time_zone);
  tell(scene, account, badges, toLevel(before.xp));
  return { first_today, xp, points: account.points - before.points, badges };
}

function open(
  { db, time_zone }: EventContext,
  user_id: number,
  { at, event_id }: AwardContext,
): Account | null {
  const row = statements(db).account.get({ user_id });
  if (!row) return null;
  const { profile, preferences } = row;
  const day = toDayNumber(at, zoneOf(preferences, time_zone));
  const { xp = 0, points = 0 } = profile ?? {};
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, profile?.[name] ?? 0]));
  return { db, user_id, at, event_id, day, xp, points, counters: counters as Record<Counter, number> };
}

/** The user's day of an instant, counted from 1970-01-01. */
export function toUserDay(db: Db, user_id: number, at: number, time_zone: string): number {
  return toDayNumber(at, zoneOf(statements(db).account.get({ user_id })?.preferences ?? null, time_zone));
}

/** Where a user's days begin: the time zone of the settings if it is one, else the product's. */
function zoneOf(preferences: Record<string, unknown> | null, fallback: string): string {
  return isTimeZone(preferences?.timezone) ? preferences.timezone : fallback;
}

/** Writes one row, up to the day's cap, unless it is there. */
function gain(account: Account, earning: Earning): void {
  const { db, user_id, day, at: created_at, event_id } = account;
  const { rule: name, detail = {} } = earning;
  const rule: Rule = RULES[name];
  const q = statements(db);
  let xp = earning.xp ?? rule.xp;
  if (rule.xp_per_day !== undefined) {
    const today = q.today.get({ user_id, rule: name, day })?.xp ?? 0;
    xp = Math.max(0, Math.min(xp, rule.xp_per_day - today));
  }
  const points = toPoints(account.xp + xp) - toPoints(account.xp);
  const row = {
    user_id,
    rule: name,
    key: toEarningKey(earning),
    xp,
    points,
    day,
    event_id,
    detail,
    created_at,
  };
  if (q.write.run(row).changes === 0) return;
  account.xp += xp;
  account.points += points;
  if (rule.counts) account.counters[rule.counts] += 1;
}

/** The first activity of a day earns, and the days in a row may grow; false when the day was noted before. */
function noteDay(account: Account): boolean {
  const { db, user_id, day, counters } = account;
  const run = recordActiveDay(db, user_id, day);
  if (run === null) return false;
  counters.longest_streak = Math.max(counters.longest_streak, run);
  gain(account, { rule: 'daily_activity', same: day });
  return true;
}

/** A badge's XP may reach a level that has a badge of its own; each is given once, so this ends. */
function unlock(account: Account): Badge[] {
  const { db, user_id, counters } = account;
  const had = new Set(
    statements(db)
      .badges.all({ user_id })
      .map(({ key }) => key),
  );
  const reached = ({ counter, target }: Badge) =>
    (counter === 'level' ? toLevel(account.xp) : counters[counter]) >= target;
  const won: Badge[] = [];
  for (;;) {
    const badge = BADGES.find((one) => !had.has(toEarningKey(ofBadge(one))) && reached(one));
    if (!badge) return won;
    gain(account, ofBadge(badge));
    had.add(toEarningKey(ofBadge(badge)));
    won.push(badge);
  }
}

function ofBadge({ code }: Badge): Earning {
  return { rule: 'badge', same: code, detail: { code } };
}

/** Whether a profile that was looked at before an instant says that the user's day of it has been noted. */
export function isDayRecorded({ day_checked_until }: { day_checked_until: number }, at: number): boolean {
  return at < day_checked_until && at >= day_checked_until - QUARTER_MS;
}

/** The same, of the profile as it is: cheaper than earning nothing. */
export function isUserDayRecorded(db: Db, user_id: number, at: number): boolean {
  const row = statements(db).checked.get({ user_id });
  return row !== undefined && isDayRecorded(row, at);
}

function keep({ db, user_id, xp, points, counters, at }: Account): void {
  const day_checked_until = (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;
  statements(db).keep.run({ user_id, xp, points, ...counters, day_checked_until, updated_at: at });
}

function tell(
  scene: EventContext,
  { user_id: principal_id, xp }: Account,
  badges: Badge[],
  level_before: number,
) {
  for (const { code, name, rarity } of badges) {
    scene.emit({ type: 'badge.earned', principal_id, payload: { code, name, rarity } });
  }
  const level = toLevel(xp);
  if (level > level_before) {
    scene.emit({ type: 'level.reached', principal_id, payload: { level, total_xp: xp } });
  }
}
