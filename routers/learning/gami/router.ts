import { z } from 'zod';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { listActivities } from './activities.ts';
import { listBadges } from './badges.ts';
import { createGroup, joinGroup, leaveGroup, listGroups } from './groups.ts';
import { leaderboard } from './leaderboard.ts';
import { getGamiProfile } from './profile.ts';
import { listRedemptions, redeemReward } from './redeem.ts';
import { reportEvent } from './report.ts';
import { listRewards } from './rewards.ts';
import {
  Activities,
  ActivitiesInput,
  Badges,
  BadgesInput,
  CreateGroupInput,
  GamiProfile,
  Group,
  Groups,
  JoinGroupInput,
  Leaderboard,
  LeaderboardInput,
  LeaveGroupInput,
  Redeemed,
  RedeemInput,
  Redemptions,
  RedemptionsInput,
  Reported,
  ReportInput,
  Rewards,
} from './schemas.ts';

const tags = ['Game'];

export const gamiRouter = router({
  profile: userProcedure
    .meta({
      openapi: { method: 'GET', path: '/gami/profile', tags, summary: 'My points, XP, level and badges' },
    })
    .input(z.object({}))
    .output(GamiProfile)
    .query(({ ctx }) => getGamiProfile(ctx, ctx.caller.principal_id)),

  report: scopedProcedure('gami')
    .meta({
      openapi: {
        method: 'POST',
        path: '/gami/events',
        tags,
        summary: 'Tell of something that earns XP',
        description:
          'What happens here earns by itself. A service with the scope `gami` and administrators tell of what happened ' +
          'elsewhere, for any user. What a user tells of himself must be on record, and is rewarded already. The same ' +
          'event twice earns once.',
      },
      rest: { status: 201, errors: ['NOT_FOUND', 'FORBIDDEN'], idempotent: true },
    })
    .input(ReportInput)
    .output(Reported)
    .mutation(({ ctx, input }) => reportEvent(ctx, input)),

  badges: userProcedure
    .meta({ openapi: { method: 'GET', path: '/gami/badges', tags, summary: 'Badges, and my way to them' } })
    .input(BadgesInput)
    .output(Badges)
    .query(({ ctx, input }) => listBadges(ctx, input)),

  rewards: userProcedure
    .meta({ openapi: { method: 'GET', path: '/gami/rewards', tags, summary: 'What my points buy' } })
    .input(z.object({}))
    .output(Rewards)
    .query(({ ctx }) => listRewards(ctx)),

  redeem: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/gami/redeem', tags, summary: 'Spend points on a reward' },
      rest: {
        status: 201,
        errors: ['NOT_FOUND', 'OUT_OF_STOCK', 'INSUFFICIENT_POINTS'],
        idempotent: true,
      },
    })
    .input(RedeemInput)
    .output(Redeemed)
    .mutation(({ ctx, input }) => redeemReward(ctx, input)),

  redemptions: userProcedure
    .meta({ openapi: { method: 'GET', path: '/gami/redemptions', tags, summary: 'What I redeemed' } })
    .input(RedemptionsInput)
    .output(Redemptions)
    .query(({ ctx, input }) => listRedemptions(ctx, input)),

  leaderboard: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/leaderboard',
        tags,
        summary: 'Who earned most XP in a period',
        description: 'Of everyone, or of a group I am a member of; where I stand is always told.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(LeaderboardInput)
    .output(Leaderboard)
    .query(({ ctx, input }) => leaderboard(ctx, input)),

  activities: userProcedure
    .meta({ openapi: { method: 'GET', path: '/gami/activities', tags, summary: 'What earned me what' } })
    .input(ActivitiesInput)
    .output(Activities)
    .query(({ ctx, input }) => listActivities(ctx, input)),

  createGroup: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/gami/groups', tags, summary: 'Make a study group' },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(CreateGroupInput)
    .output(Group)
    .mutation(({ ctx, input }) => createGroup(ctx, input)),

  joinGroup: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/gami/groups/join', tags, summary: 'Join a study group by its code' },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(JoinGroupInput)
    .output(Group)
    .mutation(({ ctx, input }) => joinGroup(ctx, input)),

  groups: userProcedure
    .meta({ openapi: { method: 'GET', path: '/gami/groups', tags, summary: 'The study groups I am in' } })
    .input(z.object({}))
    .output(Groups)
    .query(({ ctx }) => listGroups(ctx)),

  leaveGroup: userProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/gami/groups/{id}/me', tags, summary: 'Leave a study group' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(LeaveGroupInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => leaveGroup(ctx, input)),
});
