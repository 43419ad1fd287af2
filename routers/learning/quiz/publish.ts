import type { Deps } from '../../core/context.ts';
import type { PoolFile } from './pool-files.ts';
import { seedPools } from './seed-pools.ts';
import type { PoolContent } from './store-pools.ts';

/** Brings the pools that ship up to date, at every start, and tells everyone of those that are new. */
export function publishPools(deps: Pick<Deps, 'db' | 'clock' | 'emit'>, pools: readonly PoolFile[]) {
  return seedPools(deps.db, pools, deps.clock.now(), ({ id, ...pool }) =>
    emitPoolPublished(deps, null, { ...pool, id: id as number }),
  );
}

/** Tells of a new pool: its owner, or everyone when that is null. */
export function emitPoolPublished(
  { emit }: Pick<Deps, 'emit'>,
  owner_id: number | null,
  { id, title, questions }: Pick<PoolContent, 'title' | 'questions'> & { id: number },
): void {
  const payload = { pool_id: id, title, question_count: questions.length };
  emit({ type: 'quiz.published', principal_id: owner_id, payload });
}
