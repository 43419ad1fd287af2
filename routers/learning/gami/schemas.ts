import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { FreeObject } from '../../core/free-form.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { RARITIES } from './rules.ts';
import { LEADERBOARD_PERIODS } from './scores.ts';

const Xp = z.int().min(0);

export const BadgeProgress = z
  .object({
    code: z.string().meta({ example: 'commits_10' }),
    name: z.string().meta({ example: '꾸준한 커밋' }),
    description: z.string(),
    icon: z.string().meta({ example: '🌿' }),
    rarity: z.enum(RARITIES),
    condition: z.string().meta({ description: 'What must be done for it', example: '커밋 10개 남기기' }),
    progress: z.object({ current: z.int().meta({ example: 4 }), target: z.int().meta({ example: 10 }) }),
    is_earned: z.boolean(),
    earned_at: Timestamp.nullable(),
  })
  .meta({ id: 'Badge' });
export type BadgeProgress = z.infer<typeof BadgeProgress>;

export const ListBadgesInput = z.object({
  status: z.enum(['earned', 'available']).optional().meta({ description: 'Both unless given' }),
});
export const BadgeList = z
  .object({
    earned: z.array(BadgeProgress),
    available: z.array(BadgeProgress).meta({ description: 'Still to be earned' }),
    total_earned: z.int(),
    total_available: z.int(),
  })
  .meta({ id: 'Badges' });

export const Player = z
  .object({
    id: z.int().meta({ example: 123 }),
    user_id: z.string().meta({ example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'kim' }),
  })
  .meta({ id: 'Player' });

export const GamiProfile = z
  .object({
    user: Player,
    points: z.int().min(0).meta({ description: 'What can be spent now', example: 42 }),
    xp: Xp.meta({ description: 'The same as `total_xp`', example: 420 }),
    total_xp: Xp.meta({ example: 420 }),
    level: z.int().min(1).meta({ description: 'Level n needs 50·n·(n−1) XP in all', example: 3 }),
    current_level_xp: Xp.meta({ description: 'XP in all at which this level begins', example: 300 }),
    next_level_xp: Xp.meta({ description: 'XP in all at which the next begins', example: 600 }),
    xp_to_next_level: Xp.meta({ example: 180 }),
    xp_percentage: z.number().min(0).max(100).meta({ description: 'Of the way to the next', example: 40 }),
    streak_days: z.int().min(0).meta({
      description: 'Days in a row with any activity, by my own days (`preferences.timezone`)',
      example: 5,
    }),
    badges: z.array(BadgeProgress).meta({ description: 'Those I have earned' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'GamiProfile' });
export type GamiProfile = z.infer<typeof GamiProfile>;

export const ListActivitiesInput = z.object({ limit: Limit(20), offset: Offset, cursor: Cursor });
export const ActivityList = z
  .object({
    activities: z.array(
      z
        .object({
          id: z.int(),
          rule: z.string().meta({
            description: 'The rule of XP that it fell under; `redeem` and `refund` for rewards',
            example: 'commit',
          }),
          title: z.string().meta({ example: '커밋' }),
          xp: z.int().meta({ example: 20 }),
          points: z.int().meta({ description: 'Negative when they were spent', example: 2 }),
          detail: z.record(z.string(), z.unknown()).meta({ example: { commit_hash: 'a1b2c3d4' } }),
          created_at: Timestamp,
        })
        .meta({ id: 'GamiActivity' }),
    ),
    total: z.int(),
    next_cursor: NextCursor,
  })
  .meta({ id: 'GamiActivities' });

export const LeaderboardInput = z.object({
  period: z.enum(LEADERBOARD_PERIODS).default('all').meta({ description: 'Weeks start on Monday' }),
  group: z
    .string()
    .trim()
    .max(100)
    .optional()
    .transform((name) => name || undefined)
    .meta({ description: 'A group of mine: its id, join code or name', example: 'my_study_group' }),
  limit: Limit(10),
});
export const Leaderboard = z
  .object({
    period: z.enum(LEADERBOARD_PERIODS),
    period_start: Timestamp.nullable().meta({ description: 'Null for `all`' }),
    period_end: Timestamp.nullable().meta({ description: 'When the next begins; null for `all`' }),
    group: z.object({ id: z.int(), name: z.string() }).nullable(),
    leaderboard: z
      .array(
        z.object({
          rank: z.int().min(1).meta({ description: 'Equal scores share a rank: 1, 1, 3', example: 1 }),
          user: Player,
          score: Xp.meta({ description: 'XP earned in the period', example: 320 }),
          is_current_user: z.boolean(),
        }),
      )
      .meta({ description: 'Those who have earned anything in it' }),
    me: z.object({
      rank: z.int().nullable().meta({ description: 'Null while I have earned nothing', example: 7 }),
      score: Xp.meta({ example: 120 }),
    }),
  })
  .meta({ id: 'Leaderboard' });

const GroupId = z.int().positive().meta({ example: 3 });
const GroupName = TrimmedText(50).meta({ example: 'my_study_group' });

export const CreateGroupInput = z.object({ name: GroupName });
export const JoinGroupInput = z.object({
  join_code: z.string().max(20).meta({
    description: 'As a member told it; case, spaces and hyphens do not matter',
    example: 'K7QXR4MA',
  }),
});
export const LeaveGroupInput = z.object({ id: GroupId });
export const StudyGroup = z
  .object({
    id: GroupId,
    name: GroupName,
    join_code: z.string().meta({ description: 'Whoever knows it can join', example: 'K7QXR4MA' }),
    members: z.int().meta({ description: 'How many there are', example: 5 }),
    is_owner: z.boolean(),
    created_at: Timestamp,
  })
  .meta({ id: 'StudyGroup' });
export type StudyGroup = z.infer<typeof StudyGroup>;
export const StudyGroupList = z.object({ groups: z.array(StudyGroup) });

const ReportContext = FreeObject.nullish();

export const ReportEventInput = z.object({
  event_name: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({
      description:
        '`first_commit_made`, `commit_made` (context: `commit_hash`), `quiz_finished` (`session_id`, `correct`, ' +
        '`total`), `code_generation_done` (`job_id`), `dangerous_link_reported` (`url_hash`), `task_completed` ' +
        '(`task_id`) or `daily_activity`; capitals do not matter',
      example: 'first_commit_made',
    }),
  event_code: z.string().min(1).max(100).optional().meta({
    description: 'The same as `event_name`',
    example: 'FIRST_COMMIT_MADE',
  }),
  user_id: z
    .union([z.int(), z.string().max(60)])
    .nullish()
    .meta({
      description: 'Whose event it is, by `id` or `user_…`: only from a service or an administrator',
      example: 123,
    }),
  context: ReportContext.meta({ example: { project_id: 10, commit_hash: 'a1b2c3d4' } }),
  metadata: ReportContext.meta({ description: 'The same as `context`', example: {} }),
});

export const ReportedEvent = z
  .object({
    event: z.object({
      event_name: z.string().meta({ example: 'first_commit_made' }),
      user_id: z.int().meta({ example: 123 }),
      context: z.record(z.string(), z.unknown()),
      created_at: Timestamp,
    }),
    profile: GamiProfile,
    rewards: z.object({
      xp: Xp.meta({ description: 'Badges included', example: 320 }),
      points: z.int().min(0).meta({ example: 32 }),
    }),
    badges_unlocked: z.array(BadgeProgress),
    duplicate: z.boolean().meta({ description: 'It was rewarded before, and earns nothing now' }),
  })
  .meta({ id: 'ReportedEvent' });

export const RewardId = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[\w-]+$/)
  .meta({ example: 'RWD-001' });
const PointsCost = z.int().meta({ example: 100 });

const RewardName = {
  reward_id: RewardId,
  name: z.string().meta({ example: '커피 쿠폰' }),
  description: z.string(),
  points_cost: PointsCost,
};
export const RewardList = z
  .object({
    points: z.int().meta({ description: 'What I can spend', example: 142 }),
    rewards: z.array(
      z
        .object({
          ...RewardName,
          stock: z.int().nullable().meta({ description: 'Null: endless', example: 50 }),
          can_redeem: z.boolean().meta({ description: 'There is one left and I have the points for it' }),
        })
        .meta({ id: 'Reward' }),
    ),
  })
  .meta({ id: 'Rewards' });

export const RedeemRewardInput = z.object({
  reward_id: RewardId,
  quantity: z.int().min(1).max(100).default(1).meta({ example: 1 }),
});
export const RedemptionStatus = z.enum(['pending', 'fulfilled', 'cancelled']);
export const Redemption = z
  .object({
    redemption_id: z.int().meta({ example: 31 }),
    reward: z.object(RewardName),
    quantity: z.int().meta({ example: 1 }),
    points_spent: z.int().meta({ example: 100 }),
    status: RedemptionStatus.meta({
      description: '`pending` until it is handed out; `cancelled`: points were given back',
    }),
    created_at: Timestamp,
    settled_at: Timestamp.nullable(),
  })
  .meta({ id: 'Redemption' });
export const RedeemedReward = Redemption.extend({
  remaining_points: z.int().min(0).meta({ example: 42 }),
}).meta({
  id: 'Redeemed',
});
export const ListRedemptionsInput = z.object({ limit: Limit(20), offset: Offset, cursor: Cursor });
export const RedemptionList = z.object({
  total: z.int(),
  next_cursor: NextCursor,
  redemptions: z.array(Redemption),
});
