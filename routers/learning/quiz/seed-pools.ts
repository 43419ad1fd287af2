import { isNull } from 'drizzle-orm';
import { transact } from '../../../db/index.ts';
import type { Db } from '../../../db/open.ts';
import { quiz_pools } from '../../../db/schema/quiz.ts';
import type { QuizPool } from './pool-files.ts';
import { fromContent, hashOfPool, type PutPool, putPool, retirePool } from './store-pools.ts';

interface Seeded {
  added: number;
  changed: number;
  retired: number;
}

/**
 * Brings the pools that ship up to what the files say; what is as it was costs no write. Pools that an administrator
 * imported or retired are left alone. `published` is told of each new pool in the transaction that adds it, but not
 * of those a product begins with: nobody is waiting for them, and all at once they would bury what is new to someone.
 */
export function seedPools(
  db: Db,
  pools: readonly QuizPool[],
  now: number,
  published: (pool: PutPool) => void,
): Seeded {
  const wanted = pools.map((pool) => fromContent(pool, 'content'));
  const nothing = { added: 0, changed: 0, retired: 0 };
  if (isUpToDate(differences(db, wanted))) return nothing;
  return transact(db, () => {
    // Another process may have been first.
    const { added, changed, gone, first } = differences(db, wanted);
    for (const pool of [...added, ...changed]) putPool(db, pool, now);
    for (const id of gone) retirePool(db, id, 'content', now);
    if (!first) for (const pool of added) published(pool);
    return { added: added.length, changed: changed.length, retired: gone.length };
  });
}

function differences(db: Db, wanted: readonly PutPool[]) {
  const { id, kept_by, content_hash, retired_at } = quiz_pools;
  const rows = db
    .select({ id, kept_by, content_hash, retired_at })
    .from(quiz_pools)
    .where(isNull(quiz_pools.owner_id))
    .all();
  const known = new Map(rows.map((row) => [row.id, row]));
  const there = new Set(wanted.map((pool) => pool.id));
  return {
    first: rows.length === 0,
    added: wanted.filter((pool) => !known.has(pool.id as number)),
    changed: wanted.filter((pool) => {
      const row = known.get(pool.id as number);
      return row?.kept_by === 'content' && (row.retired_at !== null || row.content_hash !== hashOfPool(pool));
    }),
    gone: rows
      .filter((row) => row.kept_by === 'content' && row.retired_at === null && !there.has(row.id))
      .map((row) => row.id),
  };
}

function isUpToDate({ added, changed, gone }: ReturnType<typeof differences>): boolean {
  return added.length + changed.length + gone.length === 0;
}
