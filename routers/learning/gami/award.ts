import type { Context } from '../../core/context.ts';
import type { EventContext } from '../../core/events/types.ts';
import {
  type AwardAccount,
  type AwardContext,
  grant,
  listBadgeKeys,
  openAccount,
  saveProfile,
} from './award-account.ts';
import { BADGES, type Badge } from './badges.ts';
import { type AwardEarning, toEarningKey, toLevel } from './rules.ts';
import { addScore } from './scores.ts';
import { recordActiveDay } from './streaks.ts';

export interface GrantedAwards {
  /** this is the user's first activity of the day */
  first_today: boolean;
  xp: number;
  points: number;
  badges: Badge[];
}

export function toEventContext({ db, clock, random, push, emit, settings }: Context): EventContext {
  return { db, clock, random, push, emit, time_zone: settings.time_zone };
}

/**
 * Adds earnings to a user's ledger, each once however often it is reported; records the day as active; unlocks the
 * badges that follow, and emits events for them and for a new level. Returns null for a principal that is not a user,
 * since guests earn nothing. The caller opens the transaction.
 */
export function award(
  events: EventContext,
  user_id: number,
  earnings: AwardEarning[],
  context: AwardContext,
): GrantedAwards | null {
  const account = openAccount(events, user_id, context);
  if (!account) return null;
  const previous = { xp: account.xp, points: account.points };
  for (const earning of earnings) grant(account, earning);
  const first_today = grantDailyActivity(account);
  const badges = unlockBadges(account);
  const xp = account.xp - previous.xp;
  saveProfile(account);
  if (xp > 0) addScore(events.db, user_id, xp, context.at, events.time_zone);
  emitAwards(events, account, badges, toLevel(previous.xp));
  return { first_today, xp, points: account.points - previous.points, badges };
}

/** Grants the first activity of a day and extends the streak. Returns false when the day was recorded before. */
function grantDailyActivity(account: AwardAccount): boolean {
  const { db, user_id, day, counters } = account;
  const streak = recordActiveDay(db, user_id, day);
  if (streak === null) return false;
  counters.longest_streak = Math.max(counters.longest_streak, streak);
  grant(account, { rule: 'daily_activity', subject: day });
  return true;
}

/** The XP of a badge may reach a level that has its own badge, so it repeats until no badge is left to unlock. */
function unlockBadges(account: AwardAccount): Badge[] {
  const { counters } = account;
  const ownedKeys = listBadgeKeys(account);
  const isReached = ({ counter, target }: Badge) =>
    (counter === 'level' ? toLevel(account.xp) : counters[counter]) >= target;
  const isNew = (badge: Badge) => !ownedKeys.has(toEarningKey(toBadgeEarning(badge)));
  const unlocked: Badge[] = [];
  for (;;) {
    const badge = BADGES.find((candidate) => isNew(candidate) && isReached(candidate));
    if (!badge) return unlocked;
    const earning = toBadgeEarning(badge);
    grant(account, earning);
    ownedKeys.add(toEarningKey(earning));
    unlocked.push(badge);
  }
}

/** Scans are what the product has done itself; other counters also count what people say. */
function toBadgeEarning({ code, counter }: Badge): AwardEarning {
  const is_verified = counter === 'scans' || counter === 'dangerous_links';
  return { rule: 'badge', subject: code, detail: { code }, is_verified };
}

function emitAwards(
  events: EventContext,
  { user_id: principal_id, xp }: AwardAccount,
  badges: Badge[],
  levelBefore: number,
): void {
  for (const { code, name, rarity } of badges) {
    events.emit({ type: 'badge.earned', principal_id, payload: { code, name, rarity } });
  }
  const level = toLevel(xp);
  if (level > levelBefore) {
    events.emit({ type: 'level.reached', principal_id, payload: { level, total_xp: xp } });
  }
}
