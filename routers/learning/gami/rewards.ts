import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_profiles, gami_rewards } from '../../../db/index.ts';
import content from '../../../db/seed-data/rewards.json' with { type: 'json' };
import type { Language } from '../../../ml/text/language.ts';
import type { Clock } from '../../core/context.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { RewardList } from './schemas.ts';

export type RewardRow = typeof gami_rewards.$inferSelect;

/** Inserts the shipped rewards that are missing. What an administrator has changed stays. */
export function seedRewards(db: Db, clock: Clock): void {
  const now = clock.now();
  const rows = content.rewards.map((reward) => ({
    ...reward,
    active: true,
    created_at: now,
    updated_at: now,
  }));
  db.insert(gami_rewards).values(rows).onConflictDoNothing().run();
}

/** The active rewards, the cheapest first, and the caller's points. */
export function listRewards(ctx: UserContext): z.infer<typeof RewardList> {
  const isOwn = eq(gami_profiles.user_id, ctx.caller.principal_id);
  const points = ctx.db.select().from(gami_profiles).where(isOwn).get()?.points ?? 0;
  const rows = ctx.db
    .select()
    .from(gami_rewards)
    .where(eq(gami_rewards.active, true))
    .orderBy(asc(gami_rewards.points_cost), asc(gami_rewards.reward_id))
    .all();
  return {
    points,
    rewards: rows.map((row) => ({
      ...toReward(row, ctx.language),
      stock: row.stock,
      can_redeem: row.points_cost <= points && row.stock !== 0,
    })),
  };
}

export function toReward({ reward_id, name, description, points_cost }: RewardRow, language: Language) {
  return { reward_id, name: name[language], description: description[language], points_cost };
}
