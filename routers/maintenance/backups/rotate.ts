import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DAY_MS } from '../../core/days.ts';
import { MANIFEST } from './manifest.ts';

/** How many are kept: the newest of each of so many days, and of each of so many weeks. */
export interface BackupsToKeep {
  daily: number;
  weekly: number;
}

/** A Monday. */
const FIRST_WEEK = Date.UTC(1970, 0, 5);
const NIGHTLY = /^nightly-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** `2026-11-26T03-10-00Z`: sorts by time, and every file system takes it. */
export function toBackupStamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** The backups of a folder that are whole, oldest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const whole = (name: string) =>
    /^(nightly|backup)-/.test(name) && existsSync(path.join(folder, name, MANIFEST));
  const stamp = (name: string) => name.slice(name.indexOf('-') + 1);
  return readdirSync(folder)
    .filter((name) => !name.includes('.unfinished-') && whole(name))
    .sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1));
}

/** Deletes nightly backups that are past their time, and what unfinished ones left; those made by hand stay. */
export function rotateBackups(folder: string, kept: BackupsToKeep, justMade: string): string[] {
  const nightly = listBackups(folder).filter((name) => NIGHTLY.test(name));
  // A clock that was set back makes the newest look old.
  const keep = new Set([...worthKeeping(nightly, kept), justMade]);
  const unfinished = readdirSync(folder).filter((name) => /^nightly-.*\.unfinished-\d+$/.test(name));
  const gone = [...nightly.filter((name) => !keep.has(name)), ...unfinished];
  for (const name of gone) rmSync(path.join(folder, name), { recursive: true, force: true });
  return gone;
}

/** Of names, oldest first. */
function worthKeeping(names: readonly string[], { daily, weekly }: BackupsToKeep): string[] {
  return [...newestOfEach(names, dayOf, daily), ...newestOfEach(names, weekOf, weekly)];
}

function newestOfEach(names: readonly string[], spanOf: (name: string) => number, count: number): string[] {
  const newest = new Map(names.map((name) => [spanOf(name), name]));
  return count === 0
    ? []
    : [...newest]
        .sort(([a], [b]) => a - b)
        .slice(-count)
        .map(([, name]) => name);
}

function dayOf(name: string): number {
  return Date.parse(NIGHTLY.exec(name)?.[1] ?? '') / DAY_MS;
}

function weekOf(name: string): number {
  return Math.floor((dayOf(name) * DAY_MS - FIRST_WEEK) / (7 * DAY_MS));
}
