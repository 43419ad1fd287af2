import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DAY_MS } from '../../core/days.ts';
import { MANIFEST_FILE } from './manifest.ts';

/** How many nightly backups are kept: the newest of each of the last days and weeks that have one. */
export interface BackupRetention {
  daily: number;
  weekly: number;
}

/** Weeks begin on Mondays. */
const WEEK_EPOCH_MS = Date.UTC(1970, 0, 5);
const NIGHTLY_NAME = /^nightly-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** `2026-11-26T03-10-00Z`: sorts by time and is allowed in names on every file system. */
export function toBackupStamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** The names of the complete backups in a folder, the oldest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const isComplete = (name: string) =>
    /^(nightly|backup)-/.test(name) && existsSync(path.join(folder, name, MANIFEST_FILE));
  const toTimestamp = (name: string) => name.slice(name.indexOf('-') + 1);
  return readdirSync(folder)
    .filter((name) => !name.includes('.unfinished-') && isComplete(name))
    .sort((a, b) => (toTimestamp(a) < toTimestamp(b) ? -1 : 1));
}

/** Deletes nightly backups past their retention, and the remains of unfinished ones; manual backups stay. Returns their names. */
export function rotateBackups(folder: string, retention: BackupRetention, newest: string): string[] {
  const nightly = listBackups(folder).filter((name) => NIGHTLY_NAME.test(name));
  // The newest is kept explicitly, since its name looks old after the clock was set back.
  const keptNames = new Set([...selectByRetention(nightly, retention), newest]);
  const unfinished = readdirSync(folder).filter((name) => /^nightly-.*\.unfinished-\d+$/.test(name));
  const deletedNames = [...nightly.filter((name) => !keptNames.has(name)), ...unfinished];
  for (const name of deletedNames) rmSync(path.join(folder, name), { recursive: true, force: true });
  return deletedNames;
}

/** The names to keep, of names with the oldest first. */
function selectByRetention(names: readonly string[], { daily, weekly }: BackupRetention): string[] {
  return [...selectNewestPer(names, toBackupDay, daily), ...selectNewestPer(names, toBackupWeek, weekly)];
}

function selectNewestPer(
  names: readonly string[],
  toPeriod: (name: string) => number,
  count: number,
): string[] {
  const newestByPeriod = new Map(names.map((name) => [toPeriod(name), name]));
  return count === 0
    ? []
    : [...newestByPeriod]
        .sort(([a], [b]) => a - b)
        .slice(-count)
        .map(([, name]) => name);
}

function toBackupDay(name: string): number {
  return Date.parse(NIGHTLY_NAME.exec(name)?.[1] ?? '') / DAY_MS;
}

function toBackupWeek(name: string): number {
  return Math.floor((toBackupDay(name) * DAY_MS - WEEK_EPOCH_MS) / (7 * DAY_MS));
}
