import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** Thrown when someone else holds what was asked for. */
export class DatabaseLockedError extends Error {}

/**
 * Holds a folder together with others until the answer is called, or the process ends, however it ends: the lock is
 * the operating system's (SQLite's, on an empty file), so no stale one is ever left. Throws Locked while someone
 * holds it alone.
 */
export function lockShared(folder: string): () => void {
  return holdLock(folder, (lock) => {
    lock.exec('BEGIN');
    lock.prepare('SELECT count(*) FROM sqlite_master').get();
  });
}

/** Holds a folder alone. Throws Locked while anyone holds it. */
export function lockExclusive(folder: string): () => void {
  return holdLock(folder, (lock) => lock.exec('BEGIN EXCLUSIVE'));
}

function holdLock(folder: string, acquire: (lock: Sqlite.Database) => void): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = new Sqlite(path.join(folder, 'running.lock'), { timeout: 500 });
  try {
    acquire(lock);
  } catch (error) {
    lock.close();
    const { code } = error as { code?: string };
    throw code === 'SQLITE_BUSY' ? new DatabaseLockedError(`${folder} is in use`) : error;
  }
  return () => lock.close();
}

/**
 * Closes a database to all others' connections for a moment, which empties its write-ahead log into it. Throws Locked
 * while anyone has it open. A file that is no database, or a damaged one, is let pass.
 */
export function checkpointExclusive(file: string): void {
  const sqlite = new Sqlite(file, { timeout: 500, fileMustExist: true });
  try {
    sqlite.pragma('journal_mode = DELETE');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'SQLITE_BUSY') throw new DatabaseLockedError(`${file} is in use`);
  } finally {
    sqlite.close();
  }
}
