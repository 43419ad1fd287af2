import { eq } from 'drizzle-orm';
import { files } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { deleteUnreferenced } from './remove.ts';

/** How many files were deleted: interrupted uploads, and contents that no row references. */
interface CollectedGarbage {
  unfinished: number;
  unreferenced: number;
}

/**
 * Deletes interrupted uploads, and contents that no row references: those of deleted users, and those of a crash
 * between the two steps of a deletion. A database without any file may be new beside an old folder; then contents stay.
 *
 * @param includeOwn at the start this process receives nothing, so uploads under its process id are those of an
 *   earlier process
 */
export async function collectFileGarbage(
  deps: Pick<Deps, 'db' | 'files' | 'clock' | 'log' | 'stopping'>,
  { includeOwn = false } = {},
): Promise<CollectedGarbage> {
  const { db, files: store, clock, stopping } = deps;
  const unfinished = await store.removeAbandoned(clock.now(), { includeOwn });
  let unreferenced = 0;
  if (!db.select({ id: files.id }).from(files).limit(1).get()) return { unfinished, unreferenced };
  for await (const sha256 of store.listContents()) {
    if (stopping.aborted) break;
    const row = db.select({ id: files.id }).from(files).where(eq(files.sha256, sha256)).limit(1).get();
    if (row) continue;
    if (await deleteUnreferenced(deps, sha256)) unreferenced++;
  }
  return { unfinished, unreferenced };
}
