import { and, eq, gte, sql } from 'drizzle-orm';
import { gami_ledger, gami_profiles } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toDayNumber } from '../../core/time-zone.ts';
import type { RedemptionRow } from './list-redemptions.ts';

/**
 * Writes the points of a redemption to the ledger and the balance, once for each rule, and returns the new balance.
 * Throws INSUFFICIENT_POINTS when the balance would become negative.
 */
export function movePoints(
  ctx: Pick<UserContext, 'clock' | 'db' | 'settings'>,
  rule: 'redeem' | 'refund',
  { id, user_id, reward_id, quantity }: RedemptionRow,
  points: number,
): number {
  const created_at = ctx.clock.now();
  const profile = ctx.db
    .update(gami_profiles)
    .set({ points: sql`${gami_profiles.points} + ${points}`, updated_at: created_at })
    .where(and(eq(gami_profiles.user_id, user_id), gte(gami_profiles.points, -points)))
    .returning({ points: gami_profiles.points })
    .get();
  if (!profile) throw new ApiError('INSUFFICIENT_POINTS');
  ctx.db
    .insert(gami_ledger)
    .values({
      user_id,
      rule,
      key: `${rule}:${id}`,
      xp: 0,
      points,
      day: toDayNumber(created_at, ctx.settings.time_zone),
      detail: { redemption_id: id, reward_id, quantity },
      created_at,
    })
    .run();
  return profile.points;
}
