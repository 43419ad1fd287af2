import { closeDatabase, type Db } from '../../db/index.ts';
import type { AdminContext } from '../../routers/core/audit.ts';
import { clock, random } from '../process/clock-and-random.ts';
import { readEnv } from '../process/env.ts';
import { openProductDatabase } from '../process/open-database.ts';
import { assertFolders } from '../process/preflight.ts';
import { assertDatabaseExists } from './database-exists.ts';

/**
 * Opens the database for an administration command. The audit log records its changes as made from the command line.
 * Throws EnvError when there is no database, unless `create` is set.
 */
export async function withAdminContext<T>(
  work: (ctx: AdminContext & { db: Db }) => T | Promise<T>,
  { create = false } = {},
): Promise<T> {
  const env = readEnv();
  if (!create) assertDatabaseExists(env);
  assertFolders(env);
  const db = openProductDatabase(env);
  try {
    return await work({ db, clock, random, auth: { caller: { kind: 'system', name: 'command line' } } });
  } finally {
    closeDatabase(db);
  }
}
