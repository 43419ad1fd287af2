import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { Player, Redemption, RedemptionStatus, RewardId } from './schemas.ts';

const RewardName = TrimmedText(100);
const RewardNames = z
  .object({ ko: RewardName, en: RewardName })
  .meta({ example: { ko: '커피 쿠폰', en: 'Coffee coupon' } });
const RewardText = z.string().trim().max(500);
const RewardTexts = z
  .object({ ko: RewardText, en: RewardText })
  .meta({ example: { ko: '아메리카노 한 잔', en: 'A cup of coffee' } });
const RewardCost = z.int().min(1).max(1_000_000).meta({ example: 100 });
const StockCount = z
  .int()
  .min(0)
  .max(1_000_000)
  .nullable()
  .meta({ description: 'Null: endless', example: 50 });
const IsActive = z.boolean().meta({ description: 'Whether it can be redeemed', example: true });

export const CreateRewardInput = z.object({
  reward_id: RewardId,
  name: RewardNames,
  description: RewardTexts.default({ ko: '', en: '' }),
  points_cost: RewardCost,
  stock: StockCount.default(null),
  active: IsActive.default(true),
});
export const UpdateRewardInput = z.object({
  reward_id: RewardId,
  name: RewardNames.optional(),
  description: RewardTexts.optional(),
  points_cost: RewardCost.optional(),
  stock: StockCount.optional(),
  active: IsActive.optional(),
});
export const AdminReward = z
  .object({
    reward_id: RewardId,
    name: RewardNames,
    description: RewardTexts,
    points_cost: RewardCost,
    stock: StockCount,
    active: IsActive,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'AdminReward' });
export type AdminReward = z.infer<typeof AdminReward>;
export const AdminRewardList = z.object({ rewards: z.array(AdminReward) });

export const AdminRedemption = Redemption.extend({ user: Player }).meta({ id: 'AdminRedemption' });
export const ListAllRedemptionsInput = z.object({
  status: RedemptionStatus.optional().meta({ description: 'All unless given', example: 'pending' }),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});
export const AdminRedemptionList = z.object({
  total: z.int(),
  next_cursor: NextCursor,
  redemptions: z.array(AdminRedemption),
});
export const SettleRedemptionInput = z.object({ id: z.int().positive().meta({ example: 31 }) });
