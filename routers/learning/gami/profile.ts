import { eq } from 'drizzle-orm';
import { gami_profiles } from '../../../db/index.ts';
import { getUserOrThrow } from '../../accounts/auth/users.ts';
import type { Context } from '../../core/context.ts';
import { toDayNumber } from '../../core/time-zone.ts';
import { toIso } from '../../core/wire-types.ts';
import { listUserBadges } from './badges.ts';
import { toLevel, toLevelXp } from './rules.ts';
import type { GamiProfile } from './schemas.ts';
import { getStreak } from './streaks.ts';

/** A user's points, XP, level, streak and badges. Throws NOT_FOUND. */
export function getGamiProfile(ctx: Context, id: number): GamiProfile {
  const { user_id, username, created_at } = getUserOrThrow(ctx.db, id);
  const row = ctx.db.select().from(gami_profiles).where(eq(gami_profiles.user_id, id)).get();
  const today = toDayNumber(ctx.clock.now(), ctx.settings.time_zone);
  const xp = row?.xp ?? 0;
  const level = toLevel(xp);
  const [levelStart, nextLevelStart] = [toLevelXp(level), toLevelXp(level + 1)];
  return {
    user: { id, user_id, username },
    points: row?.points ?? 0,
    xp,
    total_xp: xp,
    level,
    current_level_xp: levelStart,
    next_level_xp: nextLevelStart,
    xp_to_next_level: nextLevelStart - xp,
    xp_percentage: Math.floor(((xp - levelStart) * 1000) / (nextLevelStart - levelStart)) / 10,
    streak_days: getStreak(ctx.db, id, today),
    badges: listUserBadges(ctx.db, id, ctx.language).filter(({ is_earned }) => is_earned),
    created_at: toIso(row?.created_at ?? created_at),
    updated_at: toIso(row?.updated_at ?? created_at),
  };
}
