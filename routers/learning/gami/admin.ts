import { asc, count, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Db, gami_redemptions, gami_rewards, transact, users } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import { adminProcedure, router, type UserContext } from '../../core/procedures.ts';
import { Limit, Offset, Timestamp, toIso } from '../../core/wire-types.ts';
import { spendPoints, toRedemption } from './redeem.ts';
import { Player, Redemption, RewardId, Status } from './schemas.ts';

const Name = z.string().trim().min(1).max(100);
const Names = z.object({ ko: Name, en: Name }).meta({ example: { ko: '커피 쿠폰', en: 'Coffee coupon' } });
const Text = z.string().trim().max(500);
const Texts = z
  .object({ ko: Text, en: Text })
  .meta({ example: { ko: '아메리카노 한 잔', en: 'A cup of coffee' } });
const Cost = z.int().min(1).max(1_000_000).meta({ example: 100 });
const Stock = z.int().min(0).max(1_000_000).nullable().meta({ description: 'Null: endless', example: 50 });
const Active = z.boolean().meta({ description: 'Whether it can be redeemed', example: true });

const NewReward = z.object({
  reward_id: RewardId,
  name: Names,
  description: Texts.default({ ko: '', en: '' }),
  points_cost: Cost,
  stock: Stock.default(null),
  active: Active.default(true),
});
const RewardChange = z.object({
  reward_id: RewardId,
  name: Names.optional(),
  description: Texts.optional(),
  points_cost: Cost.optional(),
  stock: Stock.optional(),
  active: Active.optional(),
});
const AdminReward = z
  .object({
    reward_id: RewardId,
    name: Names,
    description: Texts,
    points_cost: Cost,
    stock: Stock,
    active: Active,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'AdminReward' });

const AdminRedemption = Redemption.extend({ user: Player }).meta({ id: 'AdminRedemption' });
const RedemptionsInput = z.object({
  status: Status.optional().meta({ description: 'All unless given', example: 'pending' }),
  limit: Limit(50),
  offset: Offset,
});
const AdminRedemptions = z.object({ total: z.int(), redemptions: z.array(AdminRedemption) });
const RedemptionId = z.object({ id: z.int().positive().meta({ example: 31 }) });

function shown(row: typeof gami_rewards.$inferSelect): z.infer<typeof AdminReward> {
  return { ...row, created_at: toIso(row.created_at), updated_at: toIso(row.updated_at) };
}

/** Throws CONFLICT for an id that is taken. */
function createReward(ctx: UserContext, input: z.output<typeof NewReward>): z.infer<typeof AdminReward> {
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
    return shown(row);
  });
}

/** Throws NOT_FOUND. */
function updateReward(ctx: UserContext, input: z.output<typeof RewardChange>): z.infer<typeof AdminReward> {
  const { reward_id, ...change } = input;
  return transact(ctx.db, () => {
    const row = ctx.db
      .update(gami_rewards)
      .set({ ...change, updated_at: ctx.clock.now() } as Partial<typeof gami_rewards.$inferSelect>)
      .where(eq(gami_rewards.reward_id, reward_id))
      .returning()
      .get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'rewards.update', reward_id, change);
    return shown(row);
  });
}

const withUser = (db: Db) =>
  db
    .select({ row: gami_redemptions, reward: gami_rewards, user: users })
    .from(gami_redemptions)
    .innerJoin(gami_rewards, eq(gami_rewards.reward_id, gami_redemptions.reward_id))
    .innerJoin(users, eq(users.id, gami_redemptions.user_id));

function listRedemptions(
  ctx: UserContext,
  { status, limit, offset }: z.output<typeof RedemptionsInput>,
): z.infer<typeof AdminRedemptions> {
  const { db, language } = ctx;
  const wanted = status && eq(gami_redemptions.status, status);
  const rows = withUser(db)
    .where(wanted)
    .orderBy(desc(gami_redemptions.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = db.select({ n: count() }).from(gami_redemptions).where(wanted).get()?.n ?? 0;
  return {
    total,
    redemptions: rows.map(({ row, reward, user }) => ({ ...toRedemption(row, reward, language), user })),
  };
}

/**
 * Ends a redemption: what was bought was handed out, or its points and stock are given back. The same again changes
 * nothing. Throws NOT_FOUND, and CONFLICT for one that has ended the other way.
 */
function settle(
  ctx: UserContext,
  { id }: z.output<typeof RedemptionId>,
  status: 'fulfilled' | 'cancelled',
): z.infer<typeof AdminRedemption> {
  return transact(ctx.db, () => {
    const found = withUser(ctx.db).where(eq(gami_redemptions.id, id)).get();
    if (!found) throw new ApiError('NOT_FOUND');
    const { row, reward, user } = found;
    if (row.status !== status && row.status !== 'pending') throw new ApiError('CONFLICT');
    const settled = { status, settled_at: row.settled_at ?? ctx.clock.now() };
    if (row.status === 'pending') {
      ctx.db.update(gami_redemptions).set(settled).where(eq(gami_redemptions.id, id)).run();
      if (status === 'cancelled') giveBack(ctx, row);
      audit(ctx, `redemptions.${status}`, String(id), {
        user_id: row.user_id,
        reward_id: row.reward_id,
      });
    }
    return { ...toRedemption({ ...row, ...settled }, reward, ctx.language), user };
  });
}

/** Endless stock stays endless: null and a number is null. */
function giveBack(ctx: UserContext, row: typeof gami_redemptions.$inferSelect): void {
  spendPoints(ctx, 'refund', row, row.points_spent);
  ctx.db
    .update(gami_rewards)
    .set({ stock: sql`${gami_rewards.stock} + ${row.quantity}` })
    .where(eq(gami_rewards.reward_id, row.reward_id))
    .run();
}

const tags = ['Admin'];

export const rewardsAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/rewards', tags, summary: 'Every reward and its stock' } })
    .input(z.object({}))
    .output(z.object({ rewards: z.array(AdminReward) }))
    .query(({ ctx }) => ({
      rewards: ctx.db.select().from(gami_rewards).orderBy(asc(gami_rewards.reward_id)).all().map(shown),
    })),

  create: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/admin/rewards', tags, summary: 'Add a reward' },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(NewReward)
    .output(AdminReward)
    .mutation(({ ctx, input }) => createReward(ctx, input)),

  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/rewards/{reward_id}',
        tags,
        summary: 'Change a reward, its price or its stock',
        description: 'What is not sent stays.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(RewardChange)
    .output(AdminReward)
    .mutation(({ ctx, input }) => updateReward(ctx, input)),
});

export const redemptionsAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/redemptions', tags, summary: 'What was redeemed' } })
    .input(RedemptionsInput)
    .output(AdminRedemptions)
    .query(({ ctx, input }) => listRedemptions(ctx, input)),

  fulfil: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/redemptions/{id}/fulfil',
        tags,
        summary: 'Note that a reward was handed out',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(RedemptionId)
    .output(AdminRedemption)
    .mutation(({ ctx, input }) => settle(ctx, input, 'fulfilled')),

  cancel: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/redemptions/{id}/cancel',
        tags,
        summary: 'Give points and stock back',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(RedemptionId)
    .output(AdminRedemption)
    .mutation(({ ctx, input }) => settle(ctx, input, 'cancelled')),
});
