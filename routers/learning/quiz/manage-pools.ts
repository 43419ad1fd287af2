import { asc, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_pools, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type { AdminPool, AdminPoolList, ImportPoolInput, RetirePoolInput } from './admin-schemas.ts';
import { emitPoolPublished } from './publish.ts';
import { retirePool, type StoredPoolRow, toPoolContent, upsertPool } from './store-pools.ts';

/** The pools for everyone, retired ones too. */
export function listAllPools({ db }: Context): z.infer<typeof AdminPoolList> {
  const isForEveryone = isNull(quiz_pools.owner_id);
  const rows = db.select().from(quiz_pools).where(isForEveryone).orderBy(asc(quiz_pools.id)).all();
  return { pools: rows.map(toAdminPool) };
}

/** Inserts a pool, or replaces the one with its number. A new one is announced to everyone. */
export function importPool(ctx: Context, input: z.output<typeof ImportPoolInput>): AdminPool {
  const pool = toPoolContent(input, 'admin');
  return transact(ctx.db, () => {
    const isPool = eq(quiz_pools.id, input.pool_id);
    const isNew = !ctx.db.select({ id: quiz_pools.id }).from(quiz_pools).where(isPool).get();
    const id = upsertPool(ctx.db, pool, ctx.clock.now());
    audit(ctx, 'quiz.import', String(id), { title: pool.title, questions: pool.questions.length });
    if (isNew) emitPoolPublished(ctx, null, { ...pool, id });
    return toAdminPool(ctx.db.select().from(quiz_pools).where(isPool).get() as StoredPoolRow);
  });
}

/** Retires a pool for good: no start of the product brings it back. Throws NOT_FOUND for an unknown or retired pool. */
export function retireSharedPool(
  ctx: Context,
  { pool_id }: z.output<typeof RetirePoolInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    if (!retirePool(ctx.db, pool_id, 'admin', ctx.clock.now())) throw new ApiError('NOT_FOUND');
    audit(ctx, 'quiz.retire', String(pool_id), {});
  });
  return {};
}

function toAdminPool(row: StoredPoolRow): AdminPool {
  const { id, title, category, difficulty, tags, question_count, kept_by, retired_at } = row;
  return {
    pool_id: id,
    title,
    category,
    difficulty,
    tags,
    question_count,
    kept_by: kept_by as 'content' | 'admin',
    retired_at: retired_at === null ? null : toIso(retired_at),
    created_at: toIso(row.created_at),
    updated_at: toIso(row.updated_at),
  };
}
