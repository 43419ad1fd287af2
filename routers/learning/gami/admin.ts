import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import {
  AdminRedemption,
  AdminRedemptionList,
  AdminReward,
  AdminRewardList,
  CreateRewardInput,
  ListAllRedemptionsInput,
  SettleRedemptionInput,
  UpdateRewardInput,
} from './admin-schemas.ts';
import { listAllRedemptions } from './list-all-redemptions.ts';
import { createReward, listAllRewards, updateReward } from './manage-rewards.ts';
import { settleRedemption } from './settle-redemption.ts';

const tags = ['Admin'];

export const rewardsAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/rewards',
        tags,
        summary: 'List all rewards with their stock',
        description: 'Every reward, those that are no longer on offer too.',
      },
    })
    .input(z.object({}))
    .output(AdminRewardList)
    .query(({ ctx }) => listAllRewards(ctx)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/rewards',
        tags,
        summary: 'Create a reward',
        description: 'It is on offer at once unless `active` is false.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(CreateRewardInput)
    .output(AdminReward)
    .mutation(({ ctx, input }) => createReward(ctx, input)),

  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/rewards/{reward_id}',
        tags,
        summary: 'Update a reward, its price or its stock',
        description: 'What is not sent stays.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(UpdateRewardInput)
    .output(AdminReward)
    .mutation(({ ctx, input }) => updateReward(ctx, input)),
});

export const redemptionsAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/redemptions',
        tags,
        summary: 'List the redemptions of all users',
        description: 'Newest first, filtered by state.',
      },
    })
    .input(ListAllRedemptionsInput)
    .output(AdminRedemptionList)
    .query(({ ctx, input }) => listAllRedemptions(ctx, input)),

  fulfil: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/redemptions/{id}/fulfil',
        tags,
        summary: 'Mark a redemption as handed out',
        description: 'Only a pending redemption can be handed out, once.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(SettleRedemptionInput)
    .output(AdminRedemption)
    .mutation(({ ctx, input }) => settleRedemption(ctx, input, 'fulfilled')),

  cancel: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/redemptions/{id}/cancel',
        tags,
        summary: 'Cancel a redemption and refund its points and stock',
        description: 'Only a pending redemption can be cancelled. The user gets the points back.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(SettleRedemptionInput)
    .output(AdminRedemption)
    .mutation(({ ctx, input }) => settleRedemption(ctx, input, 'cancelled')),
});
