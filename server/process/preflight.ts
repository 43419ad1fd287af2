import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Env, EnvError } from './env.ts';
import { assertFileWritable, ensureFolder, makePrivate } from './folders.ts';
import { findPortOwner, tryListen } from './port.ts';

/** Thrown when another program listens on the port. */
export class PortTakenError extends Error {}

/**
 * Checks before a server starts what would stop it later: address, port, folders and permissions. It makes the folders.
 * Throws EnvError with the variable and the remedy, and PortTakenError.
 */
export async function assertStartable(env: Env): Promise<void> {
  await assertAddressFree(env);
  assertFolders(env);
}

/** The part of it that commands need which open the database. Throws EnvError. */
export function assertFolders({ DATA_DIR, database_file, backup_dir, BACKUP_KEEP_DAILY }: Env): void {
  ensureFolder('DATA_DIR', DATA_DIR);
  if (isDataFolder(DATA_DIR)) makePrivate(DATA_DIR);
  assertDatabasePlace(database_file, DATA_DIR);
  if (BACKUP_KEEP_DAILY > 0) ensureFolder('BACKUP_DIR', backup_dir);
}

/** Whether the product has been here: a folder of something else is left as it is. */
function isDataFolder(folder: string): boolean {
  return existsSync(path.join(folder, 'webhook.secret')) && !existsSync(path.join(folder, 'package.json'));
}

/** A folder outside of DATA_DIR is not made: a mistyped path would begin an empty product. */
function assertDatabasePlace(file: string, data_dir: string): void {
  if (file === ':memory:') return;
  const folder = path.dirname(path.resolve(file));
  const isInDataDir = folder === path.resolve(data_dir);
  if (!isInDataDir && !existsSync(folder)) {
    throw new EnvError(
      `DATABASE_URL: there is no folder ${folder}; make it, or name a file in another folder`,
    );
  }
  const variable = isInDataDir ? 'DATA_DIR' : 'DATABASE_URL';
  ensureFolder(variable, folder);
  assertFileWritable(variable, file);
}

async function assertAddressFree(env: Env): Promise<void> {
  const { HOST, PORT } = env;
  const code = await tryListen(env);
  if (code === null) return;
  if (code === 'EADDRINUSE') {
    const owner = findPortOwner(PORT);
    throw new PortTakenError(
      `port ${PORT} is taken${owner ? ` by ${owner}` : ''}; end that program, or set PORT to another`,
    );
  }
  if (code === 'EACCES')
    throw new EnvError(`PORT=${PORT} may not be opened by this user; set PORT to 1024 or more`);
  throw new EnvError(
    `HOST=${JSON.stringify(HOST)} is no address of this machine (${code}); set HOST to 127.0.0.1 for this machine alone, or to 0.0.0.0 for the network`,
  );
}
