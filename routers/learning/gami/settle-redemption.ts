import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_redemptions, gami_rewards, transact, users } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { AdminRedemption, SettleRedemptionInput } from './admin-schemas.ts';
import { type RedemptionRow, toRedemption } from './list-redemptions.ts';
import { movePoints } from './points.ts';

/**
 * Ends a redemption: the reward was handed out, or its points and stock are given back. Repeating it changes nothing.
 * Throws NOT_FOUND, and CONFLICT for a redemption that has ended the other way.
 */
export function settleRedemption(
  ctx: UserContext,
  { id }: z.output<typeof SettleRedemptionInput>,
  status: 'fulfilled' | 'cancelled',
): z.infer<typeof AdminRedemption> {
  return transact(ctx.db, () => {
    const redemption = selectRedemptions(ctx.db).where(eq(gami_redemptions.id, id)).get();
    if (!redemption) throw new ApiError('NOT_FOUND');
    const { row, reward, user } = redemption;
    if (row.status !== status && row.status !== 'pending') throw new ApiError('CONFLICT');
    const changes = { status, settled_at: row.settled_at ?? ctx.clock.now() };
    if (row.status === 'pending') {
      ctx.db.update(gami_redemptions).set(changes).where(eq(gami_redemptions.id, id)).run();
      if (status === 'cancelled') refund(ctx, row);
      const { user_id, reward_id } = row;
      audit(ctx, `redemptions.${status}`, String(id), { user_id, reward_id });
    }
    return { ...toRedemption({ ...row, ...changes }, reward, ctx.language), user };
  });
}

/** Redemptions with their reward and user. */
export function selectRedemptions(db: Db) {
  return db
    .select({ row: gami_redemptions, reward: gami_rewards, user: users })
    .from(gami_redemptions)
    .innerJoin(gami_rewards, eq(gami_rewards.reward_id, gami_redemptions.reward_id))
    .innerJoin(users, eq(users.id, gami_redemptions.user_id));
}

/** Unlimited stock stays unlimited: in SQL, null plus a number is null. */
function refund(ctx: UserContext, row: RedemptionRow): void {
  movePoints(ctx, 'refund', row, row.points_spent);
  ctx.db
    .update(gami_rewards)
    .set({ stock: sql`${gami_rewards.stock} + ${row.quantity}` })
    .where(eq(gami_rewards.reward_id, row.reward_id))
    .run();
}
