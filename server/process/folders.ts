import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { EnvError } from './env.ts';

const { R_OK, W_OK, X_OK } = constants;

/**
 * Makes a folder that a variable names, readable by its owner alone, and checks that it can be written. Throws EnvError
 * with the variable and the remedy.
 */
export function ensureFolder(variable: string, folder: string): void {
  const target = path.resolve(folder);
  try {
    makeFolder(target);
    accessSync(target, R_OK | W_OK | X_OK);
  } catch (error) {
    throw new EnvError(explainFolderError(error, variable, folder));
  }
}

/** What a mode gives to others than the owner. */
const OTHERS = 0o077;

/**
 * Takes what lies in the data folder away from all other users: versions before, or a copy, may have left it readable.
 * What belongs to someone else stays as it is.
 */
export function makePrivate(folder: string): void {
  for (const name of readdirSync(folder)) {
    const place = path.join(folder, name);
    const stat = lstatSync(place, { throwIfNoEntry: false });
    const isOurs = stat && stat.uid === process.getuid?.() && (stat.isFile() || stat.isDirectory());
    if (isOurs && (stat.mode & OTHERS) !== 0) chmodSync(place, stat.mode & ~OTHERS);
  }
}

/** Checks that a file that exists can be read and written. Throws EnvError. */
export function assertFileWritable(variable: string, file: string): void {
  if (!existsSync(file)) return;
  try {
    if (statSync(file).isDirectory()) throw new EnvError(`${variable}: ${file} is a folder; name a file`);
    accessSync(file, R_OK | W_OK);
  } catch (error) {
    throw error instanceof EnvError ? error : new EnvError(explainFolderError(error, variable, file));
  }
}

/** One level after the other: where nothing can be made, as in /proc, Node's recursive mkdir never ends. */
function makeFolder(folder: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  if (stat) throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' });
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process of the product made it at the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const REMEDIES: Record<string, (place: string) => string> = {
  EACCES: (place) => `may not be written by this user; ${adviseOwner(place)}, or name another`,
  EROFS: () => 'is on a disk that is mounted read-only; mount it writable, or name another',
  ENOTDIR: () => 'is not a folder, or lies in something that is none; name a folder',
  ENOSPC: () => 'cannot be made: the disk is full; make room, or name another',
  ENAMETOOLONG: () => 'is too long a path; name a shorter one',
};

/** How the user who runs the product gets a folder or file that this user may not write. */
export function adviseOwner(place: string): string {
  const target = path.resolve(place);
  return existsSync(target)
    ? `have the user who runs Flashscan own it (chown -R <user> ${target})`
    : `make it for the user who runs Flashscan (sudo install -d -m 700 -o <user> ${target})`;
}

/** What is wrong with a folder or file, after the name and value of its variable, and the remedy. */
function explainFolderError(error: unknown, variable: string, place: string): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  const key = code === 'EPERM' ? 'EACCES' : code;
  const remedy = REMEDIES[key]?.(place) ?? 'cannot be made or written; name another';
  return `${variable}=${JSON.stringify(place)} ${remedy} (${code})`;
}
