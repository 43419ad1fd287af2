import { eq } from 'drizzle-orm';
import { files, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getFileOrThrow } from './file.ts';

/** Deletes a file of the caller's, and its bytes when no other row references them. Throws NOT_FOUND. */
export async function removeFile(
  ctx: UserContext,
  { file_id }: { file_id: number },
): Promise<Record<string, never>> {
  const { sha256 } = transact(ctx.db, () => {
    const row = getFileOrThrow(ctx.db, ctx.caller, file_id);
    ctx.db.delete(files).where(eq(files.id, row.id)).run();
    return row;
  });
  await deleteUnreferenced(ctx, sha256);
  return {};
}

/**
 * Deletes a content that no row references. Call it after the commit that deleted the last row, so that a crash leaves
 * bytes without a row and never a row without bytes. A failure is logged and left to the garbage collection. Returns
 * whether the content was deleted.
 */
export async function deleteUnreferenced(
  { db, files: store, log }: Pick<Deps, 'db' | 'files' | 'log'>,
  sha256: string,
): Promise<boolean> {
  const runIfUnreferenced = (action: () => void) =>
    transact(db, () => {
      const row = db.select({ id: files.id }).from(files).where(eq(files.sha256, sha256)).limit(1).get();
      if (!row) action();
      return !row;
    });
  try {
    return await store.remove(sha256, runIfUnreferenced);
  } catch (err) {
    log.warn({ err, sha256 }, 'a content that nobody names could not be deleted');
    return false;
  }
}
