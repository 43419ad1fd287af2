import { eq, sql } from 'drizzle-orm';
import { files, preparedStatements } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { deleteUnreferenced } from './remove.ts';

const statements = preparedStatements((db) => ({
  named: db
    .select({ id: files.id })
    .from(files)
    .where(eq(files.sha256, sql.placeholder('sha256')))
    .limit(1)
    .prepare(),
  any: db.select({ id: files.id }).from(files).limit(1).prepare(),
}));

type Swept = { unfinished: number; unnamed: number };

/**
 * Deletes what uploads that were cut off left behind, and contents that no row names any more: those of a user who
 * is gone, or of a crash between two steps. Returns how many of each. A database that names no file at all may be
 * a new one beside an old folder: then contents stay.
 */
export async function collectGarbage(
  deps: Pick<Deps, 'db' | 'files' | 'clock' | 'log'>,
  /** at start this process receives nothing yet: what bears its number is of one before it */
  mine: 'too' | 'not' = 'not',
): Promise<Swept> {
  const { db, files: store, clock } = deps;
  const unfinished = await store.dropAbandoned(clock.now(), mine);
  let unnamed = 0;
  if (!statements(db).any.get()) return { unfinished, unnamed };
  for await (const sha256 of store.contents()) {
    if (statements(db).named.get({ sha256 })) continue;
    if (await deleteUnreferenced(deps, sha256)) unnamed++;
  }
  return { unfinished, unnamed };
}
