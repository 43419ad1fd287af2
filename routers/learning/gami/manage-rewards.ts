import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { gami_rewards, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { AdminReward, AdminRewardList, CreateRewardInput, UpdateRewardInput } from './admin-schemas.ts';
import type { RewardRow } from './rewards.ts';

/** Every reward, those that cannot be redeemed too. */
export function listAllRewards({ db }: UserContext): z.infer<typeof AdminRewardList> {
  const rows = db.select().from(gami_rewards).orderBy(asc(gami_rewards.reward_id)).all();
  return { rewards: rows.map(toAdminReward) };
}

/** Throws CONFLICT for an id that is in use. */
export function createReward(ctx: UserContext, input: z.output<typeof CreateRewardInput>): AdminReward {
  return transact(ctx.db, () => {
    const now = ctx.clock.now();
    const row = ctx.db
      .insert(gami_rewards)
      .values({ ...input, created_at: now, updated_at: now })
      .onConflictDoNothing()
      .returning()
      .get();
    if (!row) throw new ApiError('CONFLICT');
    audit(ctx, 'rewards.create', row.reward_id, input);
    return toAdminReward(row);
  });
}

/** Changes the fields that are given; without any, nothing is changed or noted. Throws NOT_FOUND. */
export function updateReward(ctx: UserContext, input: z.output<typeof UpdateRewardInput>): AdminReward {
  const { reward_id, ...changes } = input;
  const isReward = eq(gami_rewards.reward_id, reward_id);
  return transact(ctx.db, () => {
    if (Object.values(changes).every((value) => value === undefined)) {
      const unchanged = ctx.db.select().from(gami_rewards).where(isReward).get();
      if (!unchanged) throw new ApiError('NOT_FOUND');
      return toAdminReward(unchanged);
    }
    const row = ctx.db
      .update(gami_rewards)
      .set({ ...changes, updated_at: ctx.clock.now() } as Partial<RewardRow>)
      .where(isReward)
      .returning()
      .get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'rewards.update', reward_id, changes);
    return toAdminReward(row);
  });
}

function toAdminReward(row: RewardRow): AdminReward {
  return { ...row, created_at: toIso(row.created_at), updated_at: toIso(row.updated_at) };
}
