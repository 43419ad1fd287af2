import { closeDatabase, type Db } from '../../db/index.ts';
import type { AdminContext } from '../../routers/core/audit.ts';
import { clock, random } from '../process/clock-and-random.ts';
import { readEnv } from '../process/env.ts';
import { openProductDatabase } from '../process/open-database.ts';

/** Opens the database for a command of administration: what it changes is noted as done from the command line. */
export async function withAdminContext<T>(
  work: (ctx: AdminContext & { db: Db }) => T | Promise<T>,
): Promise<T> {
  const db = openProductDatabase(readEnv());
  try {
    return await work({ db, clock, random, auth: { caller: { kind: 'system', name: 'command line' } } });
  } finally {
    closeDatabase(db);
  }
}
