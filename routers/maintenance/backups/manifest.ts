import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';
import { checkDatabase, DamagedDatabaseError } from '../../../db/index.ts';

/** What is where in a backup: as in DATA_DIR, so that one can be laid over the other by hand. */
export const DATABASE = 'flashscan.db';
export const FILES = 'files';
export const SECRET = 'webhook.secret';
export const MANIFEST = 'manifest.json';

const CHUNK = 1024 * 1024;

const Manifest = z.object({
  format: z.literal(1),
  /** of the product that made it */
  version: z.string(),
  created_at: z.iso.datetime(),
  /** how many migrations its tables have seen */
  migrations: z.int(),
  database: z.object({ bytes: z.int(), sha256: z.string() }),
  files: z.object({ count: z.int(), bytes: z.int() }),
  /** SHA-256 of contents that were missing or damaged already when it was made */
  lacking: z.array(z.string()),
  /** files lay in an object store, and are not in it */
  files_elsewhere: z.literal(true).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** Thrown for a backup that must not be restored; the message says why. */
export class DamagedBackup extends Error {}

/** Where the bytes of a content lie, under `files` of a backup or of DATA_DIR. */
export function contentPath(folder: string, sha256: string): string {
  return path.join(folder, FILES, sha256.slice(0, 2), sha256);
}

/** Hex SHA-256 of a file of any size. */
export function computeFileHash(file: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  const handle = openSync(file, 'r');
  try {
    for (let n = readSync(handle, chunk); n > 0; n = readSync(handle, chunk))
      hash.update(chunk.subarray(0, n));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

/** The SHA-256 of every content that a database names. */
export function listReferencedContents(sqlite: Sqlite.Database): string[] {
  return sqlite.prepare('SELECT DISTINCT sha256 FROM files ORDER BY sha256').pluck().all() as string[];
}

/** Called with how many files are done, and how many there are. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Reads a whole backup: the database, and every content it names. `name` is what messages call the folder. Throws
 * DamagedBackup.
 */
export function checkBackup(folder: string, name = folder, onProgress?: OnProgress): Manifest {
  const manifest = readManifest(folder, name);
  const database = path.join(folder, DATABASE);
  if (!existsSync(database)) throw new DamagedBackup(`${name} is damaged: it has no ${DATABASE}`);
  if (
    statSync(database).size !== manifest.database.bytes ||
    computeFileHash(database) !== manifest.database.sha256
  )
    throw new DamagedBackup(`${name} is damaged: its ${DATABASE} is not the one that was written`);
  try {
    checkDatabase(database);
  } catch (error) {
    if (error instanceof DamagedDatabaseError)
      throw new DamagedBackup(`${name} is damaged: ${error.message}`);
    throw error;
  }
  if (manifest.files_elsewhere) return manifest;
  const lacking = new Set(manifest.lacking);
  const sqlite = new Sqlite(database, { readonly: true });
  try {
    const contents = listReferencedContents(sqlite);
    for (const [n, sha256] of contents.entries()) {
      if (!lacking.has(sha256)) checkContent(folder, sha256, name);
      onProgress?.(n + 1, contents.length);
    }
  } finally {
    sqlite.close();
  }
  return manifest;
}

function checkContent(folder: string, sha256: string, name: string): void {
  const file = contentPath(folder, sha256);
  if (!existsSync(file)) throw new DamagedBackup(`${name} is damaged: it lacks the file ${sha256}`);
  if (computeFileHash(file) !== sha256)
    throw new DamagedBackup(`${name} is damaged: its file ${sha256} is not the one that was written`);
}

function readManifest(folder: string, name: string): Manifest {
  const file = path.join(folder, MANIFEST);
  if (!existsSync(file)) throw new DamagedBackup(`${name} is no backup: it has no ${MANIFEST}`);
  try {
    return Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new DamagedBackup(`${name} is damaged: its ${MANIFEST} cannot be read`);
  }
}
