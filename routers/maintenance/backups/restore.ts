import { cpSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { checkpointExclusive, DatabaseLockedError, lockExclusive, sync } from '../../../db/index.ts';
import {
  checkBackup,
  DATABASE,
  DamagedBackup,
  FILES,
  MANIFEST,
  type Manifest,
  type OnProgress,
  SECRET,
} from './manifest.ts';
import { toBackupStamp } from './rotate.ts';

export interface RestoreOrder {
  backup: string;
  /** where the database file is to be */
  database: string;
  data_dir: string;
  /** how many migrations this version of the product knows */
  migrations: number;
  now: number;
  onProgress?: OnProgress | undefined;
}

export interface Restored {
  manifest: Manifest;
  /** the folder with what was there before; null when there was nothing */
  aside: string | null;
}

/**
 * Brings back what a backup holds. It is copied and checked whole before anything is touched; what was there is kept
 * aside; the database comes last and in one step, so a crash in between is mended by restoring again. Throws
 * DamagedBackup, and an error that says so when the product is running.
 */
export function restoreBackup(order: RestoreOrder): Restored {
  const { backup, data_dir, now } = order;
  const letGo = claim(order);
  const staged = path.join(data_dir, `restoring-${toBackupStamp(now)}`);
  try {
    refuseNone(order);
    cpSync(backup, staged, { recursive: true, errorOnExist: true, force: false });
    const manifest = checkBackup(staged, backup, order.onProgress);
    if (manifest.migrations > order.migrations) {
      throw new Error(`the backup is of version ${manifest.version}, which is newer than this one`);
    }
    return { manifest, aside: swap(order, staged) };
  } finally {
    rmSync(staged, { recursive: true, force: true });
    letGo();
  }
}

function refuseNone({ backup, database }: RestoreOrder): void {
  if (existsSync(path.join(backup, MANIFEST))) return;
  if (!statSync(backup, { throwIfNoEntry: false })?.isFile())
    throw new DamagedBackup(`there is no backup at ${backup}`);
  throw new DamagedBackup(
    `${backup} is a copy of the database alone: with the server stopped, move ${database} with its -wal and -shm ` +
      `aside, and copy it to ${database}`,
  );
}

/** Makes sure that nobody uses what is about to be replaced, and that no server starts meanwhile. */
function claim({ data_dir, database }: RestoreOrder): () => void {
  try {
    const letGo = lockExclusive(data_dir);
    try {
      if (existsSync(database)) checkpointExclusive(database);
      return letGo;
    } catch (error) {
      letGo();
      throw error;
    }
  } catch (error) {
    if (error instanceof DatabaseLockedError)
      throw new Error(`${error.message}: stop the server before restoring`);
    throw error;
  }
}

function swap({ data_dir, database, now }: RestoreOrder, staged: string): string | null {
  const aside = path.join(data_dir, `before-restore-${toBackupStamp(now)}`);
  const keep = (file: string, how: (from: string, to: string) => void) => {
    if (!existsSync(file)) return;
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    how(file, path.join(aside, path.basename(file)));
  };
  for (const name of [FILES, SECRET]) {
    const place = path.join(data_dir, name);
    const restored = path.join(staged, name);
    // Without one in the backup its secret was in the environment: what is here stays.
    if (name === SECRET && !existsSync(restored)) continue;
    keep(place, move);
    if (existsSync(restored)) renameSync(restored, place);
  }
  // What is left beside a damaged database must not be taken for the new one's.
  for (const end of ['-wal', '-shm', '-journal']) keep(`${database}${end}`, move);
  keep(database, copyOrLink);
  mkdirSync(path.dirname(database), { recursive: true });
  move(path.join(staged, DATABASE), database);
  for (const folder of [data_dir, path.dirname(database)]) sync(folder);
  return existsSync(aside) ? aside : null;
}

/** Also to another file system; there is never half a file under the name. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyTo(from, to);
    rmSync(from, { recursive: true });
  }
}

function copyOrLink(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyTo(from, to);
  }
}

function copyTo(from: string, to: string): void {
  const arriving = `${to}.arriving`;
  cpSync(from, arriving, { recursive: true });
  renameSync(arriving, to);
}
