import { and, eq, gte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_redemptions, gami_rewards } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import { withIdempotencyKey } from '../../core/idempotency.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toRedemption } from './list-redemptions.ts';
import { movePoints } from './points.ts';
import type { RewardRow } from './rewards.ts';
import type { RedeemedReward, RedeemRewardInput } from './schemas.ts';

/** Spends points on a reward. Throws NOT_FOUND, OUT_OF_STOCK, INSUFFICIENT_POINTS. */
export function redeemReward(
  ctx: UserContext,
  { reward_id, quantity }: z.output<typeof RedeemRewardInput>,
): z.infer<typeof RedeemedReward> {
  const user_id = ctx.caller.principal_id;
  return withIdempotencyKey(ctx, 'gami.redeem', () => {
    const reward = ctx.db.select().from(gami_rewards).where(eq(gami_rewards.reward_id, reward_id)).get();
    if (!reward?.active) throw new ApiError('NOT_FOUND');
    decreaseStock(ctx.db, reward, quantity);
    const points_spent = reward.points_cost * quantity;
    const created_at = ctx.clock.now();
    const row = ctx.db
      .insert(gami_redemptions)
      .values({ user_id, reward_id, quantity, points_spent, status: 'pending', created_at })
      .returning()
      .get();
    const remaining_points = movePoints(ctx, 'redeem', row, -points_spent);
    const payload = { redemption_id: row.id, reward_id, name: reward.name, quantity, points_spent };
    ctx.emit({ type: 'reward.redeemed', principal_id: user_id, payload });
    return { ...toRedemption(row, reward, ctx.language), remaining_points };
  });
}

/** Throws OUT_OF_STOCK. */
function decreaseStock(db: Db, { reward_id, stock }: RewardRow, quantity: number): void {
  if (stock === null) return;
  const { changes } = db
    .update(gami_rewards)
    .set({ stock: sql`${gami_rewards.stock} - ${quantity}` })
    .where(and(eq(gami_rewards.reward_id, reward_id), gte(gami_rewards.stock, quantity)))
    .run();
  if (changes === 0) throw new ApiError('OUT_OF_STOCK');
}
