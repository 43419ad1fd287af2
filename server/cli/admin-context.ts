import { closeDatabase, type Db } from '../../db/index.ts';
import type { AdminContext } from '../../routers/core/audit.ts';
import { createEmit } from '../../routers/core/events/emit.ts';
import { EVENT_HANDLERS, TRANSIENT_HANDLERS } from '../../routers/event-handlers.ts';
import { clock, random } from '../process/clock-and-random.ts';
import { readEnv } from '../process/env.ts';
import { openProductDatabase } from '../process/open-database.ts';
import { assertFolders } from '../process/preflight.ts';
import { assertDatabaseExists } from './database-exists.ts';

/** The product sends what a command has queued. */
const NO_PUSH = { fcm: null, apns: null };

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
    const parts = { db, clock, random, push: NO_PUSH, time_zone: env.TIME_ZONE };
    const emit = createEmit(parts, EVENT_HANDLERS, TRANSIENT_HANDLERS);
    return await work({
      db,
      clock,
      random,
      emit,
      auth: { caller: { kind: 'system', name: 'command line' } },
    });
  } finally {
    closeDatabase(db);
  }
}
