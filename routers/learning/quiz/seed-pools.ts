import { isNull } from 'drizzle-orm';
import { transact } from '../../../db/index.ts';
import type { Db } from '../../../db/open.ts';
import { quiz_pools } from '../../../db/schema/quiz.ts';
import type { PoolFile } from './pool-files.ts';
import { hashPool, type PoolContent, retirePool, toPoolContent, upsertPool } from './store-pools.ts';

interface SeedResult {
  added: number;
  changed: number;
  retired: number;
}

/**
 * Stores the shipped pools that have changed, without a write when nothing has. Pools that an administrator imported or
 * retired are left alone. `onNewPool` is called for each new pool in the transaction that adds it, but not at the first
 * start, when every pool is new.
 */
export function seedPools(
  db: Db,
  pools: readonly PoolFile[],
  now: number,
  onNewPool: (pool: PoolContent) => void,
): SeedResult {
  const seedContent = pools.map((pool) => toPoolContent(pool, 'content'));
  const unchanged = { added: 0, changed: 0, retired: 0 };
  if (isUpToDate(comparePools(db, seedContent))) return unchanged;
  return transact(db, () => {
    // Another process may have stored them in the meantime.
    const { added, changed, gone: removedIds, first: isFirstStart } = comparePools(db, seedContent);
    for (const pool of [...added, ...changed]) upsertPool(db, pool, now);
    for (const id of removedIds) retirePool(db, id, 'content', now);
    if (!isFirstStart) for (const pool of added) onNewPool(pool);
    return { added: added.length, changed: changed.length, retired: removedIds.length };
  });
}

function comparePools(db: Db, seedContent: readonly PoolContent[]) {
  const { id, kept_by, content_hash, retired_at } = quiz_pools;
  const rows = db
    .select({ id, kept_by, content_hash, retired_at })
    .from(quiz_pools)
    .where(isNull(quiz_pools.owner_id))
    .all();
  const rowsById = new Map(rows.map((row) => [row.id, row]));
  const shippedIds = new Set(seedContent.map((pool) => pool.id));
  return {
    first: rows.length === 0,
    added: seedContent.filter((pool) => !rowsById.has(pool.id as number)),
    changed: seedContent.filter((pool) => {
      const row = rowsById.get(pool.id as number);
      return row?.kept_by === 'content' && (row.retired_at !== null || row.content_hash !== hashPool(pool));
    }),
    gone: rows
      .filter((row) => row.kept_by === 'content' && row.retired_at === null && !shippedIds.has(row.id))
      .map((row) => row.id),
  };
}

function isUpToDate({ added, changed, gone }: ReturnType<typeof comparePools>): boolean {
  return added.length + changed.length + gone.length === 0;
}
