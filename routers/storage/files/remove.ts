import { rmSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { files } from '../../../db/index.ts';
import type { Parts } from '../../context.ts';
import type { UserContext } from '../../trpc.ts';
import { fileOf } from './file.ts';

/** Forgets a file of mine; its bytes go when no other row names them. Throws NOT_FOUND. */
export function removeFile(ctx: UserContext, { file_id }: { file_id: number }): Record<string, never> {
  const { sha256 } = ctx.db.transaction(
    (tx) => {
      const row = fileOf(tx, ctx.me, file_id);
      tx.delete(files).where(eq(files.id, row.id)).run();
      return row;
    },
    { behavior: 'immediate' },
  );
  deleteUnnamed(ctx, sha256);
  return {};
}

/**
 * Deletes a content that no row names. After the commit that took the last name away, so a crash leaves bytes without
 * a row and never the reverse; and under the write lock, so that nobody names it meanwhile (see `keepFile`).
 * Returns whether it was deleted.
 */
export function deleteUnnamed({ db, files: store }: Pick<Parts, 'db' | 'files'>, sha256: string): boolean {
  return db.transaction(
    (tx) => {
      const named = tx.select({ id: files.id }).from(files).where(eq(files.sha256, sha256)).limit(1).get();
      if (!named) rmSync(store.pathOf(sha256), { force: true });
      return !named;
    },
    { behavior: 'immediate' },
  );
}
