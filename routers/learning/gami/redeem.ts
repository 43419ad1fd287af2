import { and, count, desc, eq, gte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_ledger, gami_profiles, gami_redemptions, gami_rewards } from '../../../db/index.ts';
import { ApiError, type Language } from '../../core/errors.ts';
import { withIdempotencyKey } from '../../core/idempotency.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { toUserDay } from './award.ts';
import { type RewardRow, toReward } from './rewards.ts';
import type { Redeemed, RedeemInput, Redemption, Redemptions, RedemptionsInput } from './schemas.ts';

type RedemptionRow = typeof gami_redemptions.$inferSelect;

/** Spends points on a reward. Throws NOT_FOUND, OUT_OF_STOCK, INSUFFICIENT_POINTS. */
export function redeemReward(
  ctx: UserContext,
  { reward_id, quantity }: z.output<typeof RedeemInput>,
): z.infer<typeof Redeemed> {
  const user_id = ctx.caller.principal_id;
  return withIdempotencyKey(ctx, 'gami.redeem', () => {
    const reward = ctx.db.select().from(gami_rewards).where(eq(gami_rewards.reward_id, reward_id)).get();
    if (!reward?.active) throw new ApiError('NOT_FOUND');
    takeFromStock(ctx.db, reward, quantity);
    const points_spent = reward.points_cost * quantity;
    const row = ctx.db
      .insert(gami_redemptions)
      .values({
        user_id,
        reward_id,
        quantity,
        points_spent,
        status: 'pending',
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
    const remaining_points = spendPoints(ctx, 'redeem', row, -points_spent);
    const { id: redemption_id } = row;
    const payload = { redemption_id, reward_id, name: reward.name, quantity, points_spent };
    ctx.emit({ type: 'reward.redeemed', principal_id: user_id, payload });
    return { ...toRedemption(row, reward, ctx.language), remaining_points };
  });
}

/** Throws OUT_OF_STOCK. */
function takeFromStock(db: Db, { reward_id, stock }: RewardRow, quantity: number): void {
  if (stock === null) return;
  const { changes } = db
    .update(gami_rewards)
    .set({ stock: sql`${gami_rewards.stock} - ${quantity}` })
    .where(and(eq(gami_rewards.reward_id, reward_id), gte(gami_rewards.stock, quantity)))
    .run();
  if (changes === 0) throw new ApiError('OUT_OF_STOCK');
}

/** Moves points for a redemption, once: into the ledger, and the balance. Returns it. Throws INSUFFICIENT_POINTS. */
export function spendPoints(
  ctx: Pick<UserContext, 'clock' | 'db' | 'settings'>,
  rule: 'redeem' | 'refund',
  { id, user_id, reward_id, quantity }: RedemptionRow,
  points: number,
): number {
  const created_at = ctx.clock.now();
  const paid = ctx.db
    .update(gami_profiles)
    .set({ points: sql`${gami_profiles.points} + ${points}`, updated_at: created_at })
    .where(and(eq(gami_profiles.user_id, user_id), gte(gami_profiles.points, -points)))
    .returning({ points: gami_profiles.points })
    .get();
  if (!paid) throw new ApiError('INSUFFICIENT_POINTS');
  ctx.db
    .insert(gami_ledger)
    .values({
      user_id,
      rule,
      key: `${rule}:${id}`,
      xp: 0,
      points,
      day: toUserDay(ctx.db, user_id, created_at, ctx.settings.time_zone),
      detail: { redemption_id: id, reward_id, quantity },
      created_at,
    })
    .run();
  return paid.points;
}

/** What I redeemed, the newest first. */
export function listRedemptions(
  ctx: UserContext,
  { limit, offset }: z.output<typeof RedemptionsInput>,
): z.infer<typeof Redemptions> {
  const mine = eq(gami_redemptions.user_id, ctx.caller.principal_id);
  const rows = ctx.db
    .select({ row: gami_redemptions, reward: gami_rewards })
    .from(gami_redemptions)
    .innerJoin(gami_rewards, eq(gami_rewards.reward_id, gami_redemptions.reward_id))
    .where(mine)
    .orderBy(desc(gami_redemptions.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(gami_redemptions).where(mine).get()?.n ?? 0;
  return { total, redemptions: rows.map(({ row, reward }) => toRedemption(row, reward, ctx.language)) };
}

export function toRedemption(
  row: RedemptionRow,
  reward: RewardRow,
  language: Language,
): z.infer<typeof Redemption> {
  const { id, quantity, points_spent, status, created_at, settled_at } = row;
  return {
    redemption_id: id,
    reward: toReward(reward, language),
    quantity,
    points_spent,
    status,
    created_at: toIso(created_at),
    settled_at: settled_at === null ? null : toIso(settled_at),
  };
}
