import { accessSync, constants, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { adviseOwner } from '../../process/folders.ts';
import { type Check, type Finding, fail, formatBytes, ok, toMessage, warn } from './finding.ts';

const MIN_FREE_BYTES = 100_000_000;
const LOW_FREE_BYTES = 1_000_000_000;

/** The nearest existing folder above `folder`, in which the first start will create it. */
function findExistingFolder(folder: string): string {
  let current = path.resolve(folder);
  while (!existsSync(current) && current !== path.dirname(current)) current = path.dirname(current);
  return current;
}

/** Passes when there is room for a backup or a migration, which each need as much space as the database. */
export const diskSpace: Check = ({ DATA_DIR, database_file }) => {
  const { bavail, bsize } = statfsSync(findExistingFolder(DATA_DIR));
  const free = bavail * bsize;
  const database = statSync(database_file, { throwIfNoEntry: false })?.size ?? 0;
  const advice = `make room on the disk of ${DATA_DIR}, or move DATA_DIR to a larger one`;
  const detail = `${formatBytes(free)} free, the database takes ${formatBytes(database)}`;
  if (free < MIN_FREE_BYTES) return [fail('disk space', detail, advice)];
  if (free < LOW_FREE_BYTES || free < 2 * database) return [warn('disk space', detail, advice)];
  return [ok('disk space', detail)];
};

/** Passes when existing files are readable and writable, and only the owner can read the secret. */
export const dataFolder: Check = ({ DATA_DIR, database_file }) => {
  const folder = findExistingFolder(DATA_DIR);
  const advice = adviseOwner(DATA_DIR);
  if (!statSync(folder).isDirectory()) {
    return [fail('data folder', `${folder} is a file`, 'have DATA_DIR name a folder')];
  }
  const testFile = path.join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(testFile, '');
    rmSync(testFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isForbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    const reason = isForbidden ? `this user may not write in ${folder} (${code})` : toMessage(error);
    return [fail('data folder', reason, advice)];
  }
  if (!existsSync(DATA_DIR)) return [ok('data folder', `${DATA_DIR} is made by the first start`)];
  const secret = path.join(DATA_DIR, 'webhook.secret');
  const files = [database_file, `${database_file}-wal`, `${database_file}-shm`, secret];
  const unusable = [...files, path.join(DATA_DIR, 'files')].filter(
    (file) => existsSync(file) && !isAccessible(file),
  );
  if (unusable.length > 0) return [fail('data folder', `not to be written: ${unusable.join(', ')}`, advice)];
  return [ok('data folder', `${path.resolve(DATA_DIR)} is writable`), ...checkSecretMode(secret)];
};

function isAccessible(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function checkSecretMode(file: string): Finding[] {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || (mode & 0o077) === 0) return [];
  return [warn('webhook secret', 'others on this machine may read it', `chmod 600 ${file}`)];
}
