import { eq } from 'drizzle-orm';
import { files, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getFileOrThrow } from './file.ts';

/** Forgets a file of mine; its bytes go when no other row names them. Throws NOT_FOUND. */
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
 * Deletes a content that no row names. After the commit that took the last name away, so a crash leaves bytes without
 * a row and never the reverse. What cannot be deleted now is left to the sweep. Returns whether it was deleted.
 */
export async function deleteUnreferenced(
  { db, files: store, log }: Pick<Deps, 'db' | 'files' | 'log'>,
  sha256: string,
): Promise<boolean> {
  const ifUnnamed = (act: () => void) =>
    transact(db, () => {
      const named = db.select({ id: files.id }).from(files).where(eq(files.sha256, sha256)).limit(1).get();
      if (!named) act();
      return !named;
    });
  try {
    return await store.remove(sha256, ifUnnamed);
  } catch (err) {
    log.warn({ err, sha256 }, 'a content that nobody names could not be deleted');
    return false;
  }
}
