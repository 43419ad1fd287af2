import { accessSync, constants, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bytes, type Check, type Finding, fail, ok, toMessage, warn } from './finding.ts';

const TOO_LITTLE = 100_000_000;
const LITTLE = 1_000_000_000;

/** The nearest existing folder above `folder`, in which the first start will create it. */
function nearest(folder: string): string {
  let at = path.resolve(folder);
  while (!existsSync(at) && at !== path.dirname(at)) at = path.dirname(at);
  return at;
}

/** Passes when there is room for a backup or a migration, which each need as much space as the database. */
export const diskSpace: Check = ({ DATA_DIR, database_file }) => {
  const { bavail, bsize } = statfsSync(nearest(DATA_DIR));
  const free = bavail * bsize;
  const database = statSync(database_file, { throwIfNoEntry: false })?.size ?? 0;
  const advice = `make room on the disk of ${DATA_DIR}, or move DATA_DIR to a larger one`;
  const found = `${bytes(free)} free, the database takes ${bytes(database)}`;
  if (free < TOO_LITTLE) return [fail('disk space', found, advice)];
  if (free < LITTLE || free < 2 * database) return [warn('disk space', found, advice)];
  return [ok('disk space', found)];
};

/** Passes when existing files are readable and writable, and only the owner can read the secret. */
export const dataFolder: Check = ({ DATA_DIR, database_file }) => {
  const folder = nearest(DATA_DIR);
  const whose = `let the user who runs Flashscan own it: chown -R <user> ${DATA_DIR}`;
  if (!statSync(folder).isDirectory()) {
    return [fail('data folder', `${folder} is a file`, 'have DATA_DIR name a folder')];
  }
  const trial = path.join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(trial, '');
    rmSync(trial);
  } catch (error) {
    return [fail('data folder', toMessage(error), whose)];
  }
  if (!existsSync(DATA_DIR)) return [ok('data folder', `${DATA_DIR} is made by the first start`)];
  const secret = path.join(DATA_DIR, 'webhook.secret');
  const deps = [database_file, `${database_file}-wal`, `${database_file}-shm`, secret];
  const closed = [...deps, path.join(DATA_DIR, 'files')].filter((file) => existsSync(file) && !isOpen(file));
  if (closed.length > 0) return [fail('data folder', `not to be written: ${closed.join(', ')}`, whose)];
  return [ok('data folder', `${path.resolve(DATA_DIR)} is writable`), ...secretKept(secret)];
};

function isOpen(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function secretKept(file: string): Finding[] {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || (mode & 0o077) === 0) return [];
  return [warn('webhook secret', 'others on this machine may read it', `chmod 600 ${file}`)];
}
