import { cpSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  checkpointExclusive,
  DatabaseLockedError,
  lockExclusive,
  type OnStage,
  sync,
} from '../../../db/index.ts';
import {
  checkBackup,
  DATABASE_FILE,
  DamagedBackupError,
  FILES_FOLDER,
  MANIFEST_FILE,
  type Manifest,
  type OnProgress,
  SECRET_FILE,
} from './manifest.ts';
import { toBackupStamp } from './rotate.ts';

export interface RestoreRequest {
  backup: string;
  /** the path to restore the database file to */
  database: string;
  data_dir: string;
  /** how many migrations this version of the product has */
  migrations: number;
  now: number;
  onProgress?: OnProgress | undefined;
  onStage?: OnStage | undefined;
}

export interface RestoreResult {
  manifest: Manifest;
  /** the folder with the data from before; null when there was none */
  aside: string | null;
}

/**
 * Restores a backup. It is copied and checked before anything else changes; the current data is moved aside; the
 * database is replaced last and in one step, so that after a crash the restore can be repeated. Throws
 * DamagedBackupError, and an Error while the product is running.
 */
export function restoreBackup(request: RestoreRequest): RestoreResult {
  const { backup, data_dir, now } = request;
  const unlock = lockForRestore(request);
  const stagedFolder = path.join(data_dir, `restoring-${toBackupStamp(now)}`);
  try {
    assertBackupExists(request);
    request.onStage?.('Copying the backup');
    cpSync(backup, stagedFolder, { recursive: true, errorOnExist: true, force: false });
    const manifest = checkBackup(stagedFolder, backup, request.onProgress, request.onStage);
    if (manifest.migrations > request.migrations) {
      throw new Error(`the backup is of version ${manifest.version}, which is newer than this one`);
    }
    return { manifest, aside: replaceData(request, stagedFolder) };
  } finally {
    rmSync(stagedFolder, { recursive: true, force: true });
    unlock();
  }
}

/** Throws DamagedBackupError. */
function assertBackupExists({ backup, database }: RestoreRequest): void {
  if (existsSync(path.join(backup, MANIFEST_FILE))) return;
  if (!statSync(backup, { throwIfNoEntry: false })?.isFile())
    throw new DamagedBackupError(`there is no backup at ${backup}`);
  throw new DamagedBackupError(
    `${backup} is a copy of the database alone: with the server stopped, move ${database} with its -wal and -shm ` +
      `aside, and copy it to ${database}`,
  );
}

/** Locks the data folder, so that no server uses it or starts meanwhile. Returns what unlocks it. */
function lockForRestore({ data_dir, database }: RestoreRequest): () => void {
  try {
    const unlock = lockExclusive(data_dir);
    try {
      if (existsSync(database)) checkpointExclusive(database);
      return unlock;
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    if (error instanceof DatabaseLockedError)
      throw new Error(`${error.message}: stop the server before restoring`);
    throw error;
  }
}

function replaceData({ data_dir, database, now }: RestoreRequest, stagedFolder: string): string | null {
  const previousDataFolder = path.join(data_dir, `before-restore-${toBackupStamp(now)}`);
  const setAside = (file: string, transfer: (from: string, to: string) => void) => {
    if (!existsSync(file)) return;
    mkdirSync(previousDataFolder, { recursive: true, mode: 0o700 });
    transfer(file, path.join(previousDataFolder, path.basename(file)));
  };
  for (const name of [FILES_FOLDER, SECRET_FILE]) {
    const current = path.join(data_dir, name);
    const restored = path.join(stagedFolder, name);
    // A backup without a secret had it in the environment, so the current file stays.
    if (name === SECRET_FILE && !existsSync(restored)) continue;
    setAside(current, moveFile);
    if (existsSync(restored)) renameSync(restored, current);
  }
  // The log files of the old database must not be applied to the new one.
  for (const end of ['-wal', '-shm', '-journal']) setAside(`${database}${end}`, moveFile);
  setAside(database, copyOrLink);
  mkdirSync(path.dirname(database), { recursive: true });
  moveFile(path.join(stagedFolder, DATABASE_FILE), database);
  for (const folder of [data_dir, path.dirname(database)]) sync(folder);
  return existsSync(previousDataFolder) ? previousDataFolder : null;
}

/** Moves a file or folder, also to another file system; the target is never incomplete. */
function moveFile(from: string, to: string): void {
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
  const temporaryFile = `${to}.arriving`;
  cpSync(from, temporaryFile, { recursive: true });
  renameSync(temporaryFile, to);
}
