import { eq } from 'drizzle-orm';
import { gami_profiles, type Tx } from '../../../db/index.ts';
import { userById } from '../../accounts/auth/users.ts';
import type { Context } from '../../core/context.ts';
import { iso } from '../../core/wire-types.ts';
import { dayOfUser } from './award.ts';
import { badgesOf } from './badges.ts';
import { levelOf, xpOfLevel } from './rules.ts';
import type { GamiProfile } from './schemas.ts';
import { streakOf } from './streaks.ts';

/** How a user stands: points, XP, level, days in a row and badges. */
export function gamiProfile(ctx: Context, db: Tx, id: number): GamiProfile {
  const { user_id, username, created_at } = userById(db, id);
  const row = db.select().from(gami_profiles).where(eq(gami_profiles.user_id, id)).get();
  const today = dayOfUser(ctx.db, id, ctx.clock.now(), ctx.settings.time_zone);
  const xp = row?.xp ?? 0;
  const level = levelOf(xp);
  const [begins, next] = [xpOfLevel(level), xpOfLevel(level + 1)];
  return {
    user: { id, user_id, username },
    points: row?.points ?? 0,
    xp,
    total_xp: xp,
    level,
    current_level_xp: begins,
    next_level_xp: next,
    xp_to_next_level: next - xp,
    xp_percentage: Math.floor(((xp - begins) * 1000) / (next - begins)) / 10,
    streak_days: streakOf(ctx.db, id, today),
    badges: badgesOf(db, id, ctx.language).filter(({ is_earned }) => is_earned),
    created_at: iso(row?.created_at ?? created_at),
    updated_at: iso(row?.updated_at ?? created_at),
  };
}
