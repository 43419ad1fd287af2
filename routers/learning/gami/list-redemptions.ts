import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { gami_redemptions, gami_rewards } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { type RewardRow, toReward } from './rewards.ts';
import type { ListRedemptionsInput, Redemption, RedemptionList } from './schemas.ts';

export type RedemptionRow = typeof gami_redemptions.$inferSelect;

/** The caller's redemptions, the newest first. */
export function listRedemptions(
  ctx: UserContext,
  { limit, offset, cursor }: z.output<typeof ListRedemptionsInput>,
): z.infer<typeof RedemptionList> {
  const isOwn = eq(gami_redemptions.user_id, ctx.caller.principal_id);
  const found = ctx.db
    .select({ row: gami_redemptions, reward: gami_rewards })
    .from(gami_redemptions)
    .innerJoin(gami_rewards, eq(gami_rewards.reward_id, gami_redemptions.reward_id))
    .where(and(isOwn, afterCursor(cursor, [[gami_redemptions.id, 'desc']])))
    .orderBy(desc(gami_redemptions.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.row.id]);
  const total = ctx.db.select({ n: count() }).from(gami_redemptions).where(isOwn).get()?.n ?? 0;
  return {
    total,
    next_cursor,
    redemptions: rows.map(({ row, reward }) => toRedemption(row, reward, ctx.language)),
  };
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
