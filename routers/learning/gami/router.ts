import { z } from 'zod';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { listActivities } from './activities.ts';
import { listBadges } from './badges.ts';
import { createGroup } from './create-group.ts';
import { joinGroup } from './join-group.ts';
import { getLeaderboard } from './leaderboard.ts';
import { leaveGroup } from './leave-group.ts';
import { listGroups } from './list-groups.ts';
import { listRedemptions } from './list-redemptions.ts';
import { getGamiProfile } from './profile.ts';
import { redeemReward } from './redeem.ts';
import { reportEvent } from './report.ts';
import { listRewards } from './rewards.ts';
import {
  ActivityList,
  BadgeList,
  CreateGroupInput,
  GamiProfile,
  JoinGroupInput,
  Leaderboard,
  LeaderboardInput,
  LeaveGroupInput,
  ListActivitiesInput,
  ListBadgesInput,
  ListRedemptionsInput,
  RedeemedReward,
  RedeemRewardInput,
  RedemptionList,
  ReportEventInput,
  ReportedEvent,
  RewardList,
  StudyGroup,
  StudyGroupList,
} from './schemas.ts';

const tags = ['Game'];

export const gamiRouter = router({
  profile: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/gami/profile',
        tags,
        summary: "Get the caller's points, XP, level and badges",
        description: 'What the caller has earned so far, and how much is missing to the next level.',
      },
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
        summary: 'Report an event that earns XP',
        description:
          'What happens here earns by itself. A service with the scope `gami` and administrators tell of what happened ' +
          'elsewhere, for any user. What a user tells of himself must be on record, and is rewarded already. The same ' +
          'event twice earns once.',
      },
      rest: { status: 201, errors: ['NOT_FOUND', 'FORBIDDEN'], idempotent: true },
    })
    .input(ReportEventInput)
    .output(ReportedEvent)
    .mutation(({ ctx, input }) => reportEvent(ctx, input)),

  badges: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/badges',
        tags,
        summary: "List badges with the caller's progress",
        description: 'All badges, those that are earned with their date.',
      },
    })
    .input(ListBadgesInput)
    .output(BadgeList)
    .query(({ ctx, input }) => listBadges(ctx, input)),

  rewards: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/rewards',
        tags,
        summary: 'List the rewards that points buy',
        description:
          'Those on offer, with what they cost, how many are left and whether the caller can afford them.',
      },
    })
    .input(z.object({}))
    .output(RewardList)
    .query(({ ctx }) => listRewards(ctx)),

  redeem: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/gami/redeem',
        tags,
        summary: 'Spend points on a reward',
        description:
          'Takes the points and the stock at once, or neither. An administrator hands the reward out.',
      },
      rest: {
        status: 201,
        errors: ['NOT_FOUND', 'OUT_OF_STOCK', 'INSUFFICIENT_POINTS'],
        idempotent: true,
      },
    })
    .input(RedeemRewardInput)
    .output(RedeemedReward)
    .mutation(({ ctx, input }) => redeemReward(ctx, input)),

  redemptions: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/redemptions',
        tags,
        summary: "List the caller's redemptions",
        description: 'Newest first, each with its state: pending, fulfilled or cancelled.',
      },
    })
    .input(ListRedemptionsInput)
    .output(RedemptionList)
    .query(({ ctx, input }) => listRedemptions(ctx, input)),

  leaderboard: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/gami/leaderboard',
        tags,
        summary: 'Get the leaderboard of a period',
        description: 'Of everyone, or of a group I am a member of; where I stand is always told.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(LeaderboardInput)
    .output(Leaderboard)
    .query(({ ctx, input }) => getLeaderboard(ctx, input)),

  activities: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/activities',
        tags,
        summary: "List the caller's ledger of XP and points",
        description: 'Every change of XP and points with what it was for, newest first.',
      },
    })
    .input(ListActivitiesInput)
    .output(ActivityList)
    .query(({ ctx, input }) => listActivities(ctx, input)),

  createGroup: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/gami/groups',
        tags,
        summary: 'Create a study group',
        description: 'The caller owns the group and is its first member. Others join with its code.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(CreateGroupInput)
    .output(StudyGroup)
    .mutation(({ ctx, input }) => createGroup(ctx, input)),

  joinGroup: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/gami/groups/join',
        tags,
        summary: 'Join a study group by its code',
        description: 'The code is told by a member. Joining twice changes nothing.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(JoinGroupInput)
    .output(StudyGroup)
    .mutation(({ ctx, input }) => joinGroup(ctx, input)),

  groups: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/gami/groups',
        tags,
        summary: "List the caller's study groups",
        description: 'The groups that the caller is a member of, with their join codes.',
      },
    })
    .input(z.object({}))
    .output(StudyGroupList)
    .query(({ ctx }) => listGroups(ctx)),

  leaveGroup: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/gami/groups/{id}/me',
        tags,
        summary: 'Leave a study group',
        description:
          'A group without members is deleted; one whose owner leaves passes to the oldest member.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(LeaveGroupInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => leaveGroup(ctx, input)),
});
