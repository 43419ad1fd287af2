import { and, asc, count, eq, isNull, max, or, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_pools, quiz_sessions } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { ListPoolsInput, PoolList } from './schemas.ts';

/** The shared pools and the caller's own, with the caller's attempts and best score. */
export function listPools(
  ctx: UserContext,
  input: z.output<typeof ListPoolsInput>,
): z.infer<typeof PoolList> {
  const { db, caller, language } = ctx;
  const { tag, difficulty, category } = input;
  const rows = db
    .select()
    .from(quiz_pools)
    .where(
      and(
        or(isNull(quiz_pools.owner_id), eq(quiz_pools.owner_id, caller.principal_id)),
        isNull(quiz_pools.retired_at),
        difficulty && eq(quiz_pools.difficulty, difficulty),
        category === undefined ? undefined : eq(quiz_pools.category, category),
        tag === undefined
          ? undefined
          : sql`exists (select 1 from json_each(${quiz_pools.tags}) where value = ${tag})`,
      ),
    )
    .orderBy(asc(quiz_pools.id))
    .all();
  const playCounts = db
    .select({ pool_id: quiz_sessions.pool_id, attempts: count(), best_score: max(quiz_sessions.score) })
    .from(quiz_sessions)
    .where(and(eq(quiz_sessions.user_id, caller.principal_id), eq(quiz_sessions.status, 'finished')))
    .groupBy(quiz_sessions.pool_id)
    .all();
  const resultByPool = new Map(playCounts.map((row) => [row.pool_id, row]));
  return {
    pools: rows.map(({ id, title, description, question_count, ...pool }) => ({
      id,
      title: title[language],
      description: description[language],
      category: pool.category,
      difficulty: pool.difficulty,
      tags: pool.tags,
      question_count,
      attempts: resultByPool.get(id)?.attempts ?? 0,
      best_score: resultByPool.get(id)?.best_score ?? null,
    })),
  };
}
