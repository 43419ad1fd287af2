import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { MANIFEST_FILE } from './manifest.ts';

/** How many are kept: the newest of each of so many days, and of each of so many weeks. */
export interface BackupRetention {
  daily: number;
  weekly: number;
}

const DAY_MS = 86_400_000;
/** A Monday. */
const WEEK_EPOCH_MS = Date.UTC(1970, 0, 5);
const NIGHTLY_NAME = /^nightly-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** `2026-11-26T03-10-00Z`: sorts by time, and every file system takes it. */
export function toBackupStamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** The backups of a folder that are whole, oldest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const whole = (name: string) =>
    /^(nightly|backup)-/.test(name) && existsSync(path.join(folder, name, MANIFEST_FILE));
  const stamp = (name: string) => name.slice(name.indexOf('-') + 1);
  return readdirSync(folder)
    .filter((name) => !name.includes('.unfinished-') && whole(name))
    .sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1));
}

/** Deletes nightly backups that are past their time, and what unfinished ones left; those made by hand stay. */
export function rotateBackups(folder: string, kept: BackupRetention, justMade: string): string[] {
  const nightly = listBackups(folder).filter((name) => NIGHTLY_NAME.test(name));
  // A clock that was set back makes the newest look old.
  const keep = new Set([...selectByRetention(nightly, kept), justMade]);
  const unfinished = readdirSync(folder).filter((name) => /^nightly-.*\.unfinished-\d+$/.test(name));
  const gone = [...nightly.filter((name) => !keep.has(name)), ...unfinished];
  for (const name of gone) rmSync(path.join(folder, name), { recursive: true, force: true });
  return gone;
}

/** Of names, oldest first. */
function selectByRetention(names: readonly string[], { daily, weekly }: BackupRetention): string[] {
  return [...selectNewestPer(names, toBackupDay, daily), ...selectNewestPer(names, toBackupWeek, weekly)];
}

function selectNewestPer(
  names: readonly string[],
  spanOf: (name: string) => number,
  count: number,
): string[] {
  const newest = new Map(names.map((name) => [spanOf(name), name]));
  return count === 0
    ? []
    : [...newest]
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
