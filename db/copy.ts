import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** Thrown for a database file that is not whole; the message says what is wrong with it. */
export class DamagedDatabaseError extends Error {}

/**
 * Writes what the database holds at this moment to a new file, while others go on reading and writing: VACUUM INTO is
 * one read transaction, which, unlike SQLite's backup API, no other process's writes make start again. The file gets
 * its name once it is checked and on disk. Throws DamagedDatabase, and what SQLite throws.
 */
export function copyDatabase(sqlite: Sqlite.Database, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const unfinished = toUnfinishedCopy(target);
  rmSync(unfinished, { force: true });
  try {
    sqlite.prepare('VACUUM INTO ?').run(unfinished);
    checkDatabase(unfinished);
    sync(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  sync(path.dirname(target));
}

/** What a copy is called until it is whole. */
export function toUnfinishedCopy(target: string): string {
  return `${target}.unfinished-${process.pid}`;
}

/** Reads every page and every row. Throws DamagedDatabase when something does not fit together. */
export function checkDatabase(file: string): void {
  let result: unknown;
  try {
    const sqlite = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      result = sqlite.pragma('integrity_check(1)', { simple: true });
      if (result === 'ok' && (sqlite.pragma('foreign_key_check') as unknown[]).length > 0)
        result = 'rows point at nothing';
    } finally {
      sqlite.close();
    }
  } catch (error) {
    result = error instanceof Error ? error.message : error;
  }
  if (result !== 'ok') throw new DamagedDatabaseError(`${path.basename(file)} is damaged: ${result}`);
}

/** Makes a file, or the names in a folder, lasting. */
export function sync(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
