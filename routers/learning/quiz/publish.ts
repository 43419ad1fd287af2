import type { Deps } from '../../core/context.ts';
import type { PoolFile } from './pool-files.ts';
import { seedPools } from './seed-pools.ts';
import type { PoolContent } from './store-pools.ts';

/** Stores the shipped pools at every start, and announces new ones to everyone. */
export function publishPools(deps: Pick<Deps, 'db' | 'clock' | 'emit'>, pools: readonly PoolFile[]) {
  return seedPools(deps.db, pools, deps.clock.now(), ({ id, ...pool }) =>
    emitPoolPublished(deps, null, { ...pool, id: id as number }),
  );
}

/** Announces a new pool to its owner, or to everyone when the owner is null. */
export function emitPoolPublished(
  { emit }: Pick<Deps, 'emit'>,
  owner_id: number | null,
  { id, title, questions }: Pick<PoolContent, 'title' | 'questions'> & { id: number },
): void {
  const payload = { pool_id: id, title, question_count: questions.length };
  emit({ type: 'quiz.published', principal_id: owner_id, payload });
}
