import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';
import { checkDatabase, DamagedDatabaseError, type OnStage } from '../../../db/index.ts';

/** The names in a backup are those in DATA_DIR, so that a backup can be copied over it by hand. */
export const DATABASE_FILE = 'flashscan.db';
export const FILES_FOLDER = 'files';
export const SECRET_FILE = 'webhook.secret';
export const MANIFEST_FILE = 'manifest.json';

const HASH_CHUNK_BYTES = 1024 * 1024;

const Manifest = z.object({
  format: z.literal(1),
  /** of the product that made it */
  version: z.string(),
  created_at: z.iso.datetime(),
  /** how many migrations were applied to its database */
  migrations: z.int(),
  database: z.object({ bytes: z.int(), sha256: z.string() }),
  files: z.object({ count: z.int(), bytes: z.int() }),
  /** the SHA-256 of contents that were missing or damaged when it was made */
  lacking: z.array(z.string()),
  /** the files are in an object store and not in the backup */
  files_elsewhere: z.literal(true).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** The backup must not be restored; the message says why. */
export class DamagedBackupError extends Error {}

/** The path of a content in `files` of a backup or of DATA_DIR. */
export function toBackupContentPath(folder: string, sha256: string): string {
  return path.join(folder, FILES_FOLDER, sha256.slice(0, 2), sha256);
}

/** The SHA-256 of a file of any size, in hex. */
export function computeFileHash(file: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES);
  const handle = openSync(file, 'r');
  try {
    for (let n = readSync(handle, chunk); n > 0; n = readSync(handle, chunk))
      hash.update(chunk.subarray(0, n));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

/** The SHA-256 of every content that a database references. */
export function listReferencedContents(sqlite: Sqlite.Database): string[] {
  return sqlite.prepare('SELECT DISTINCT sha256 FROM files ORDER BY sha256').pluck().all() as string[];
}

/** Called with how many files are done, and how many there are. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Reads a whole backup: the database, and every content it names. `name` is what messages call the folder. Throws
 * DamagedBackupError.
 */
export function checkBackup(
  folder: string,
  name = folder,
  onProgress?: OnProgress,
  onStage?: OnStage,
): Manifest {
  const manifest = readManifest(folder, name);
  const database = path.join(folder, DATABASE_FILE);
  if (!existsSync(database)) throw new DamagedBackupError(`${name} is damaged: it has no ${DATABASE_FILE}`);
  onStage?.('Checking the database');
  if (
    statSync(database).size !== manifest.database.bytes ||
    computeFileHash(database) !== manifest.database.sha256
  )
    throw new DamagedBackupError(`${name} is damaged: its ${DATABASE_FILE} is not the one that was written`);
  try {
    checkDatabase(database);
  } catch (error) {
    if (error instanceof DamagedDatabaseError)
      throw new DamagedBackupError(`${name} is damaged: ${error.message}`);
    throw error;
  }
  if (manifest.files_elsewhere) return manifest;
  onStage?.('Checking files');
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
  const file = toBackupContentPath(folder, sha256);
  if (!existsSync(file)) throw new DamagedBackupError(`${name} is damaged: it lacks the file ${sha256}`);
  if (computeFileHash(file) !== sha256)
    throw new DamagedBackupError(`${name} is damaged: its file ${sha256} is not the one that was written`);
}

function readManifest(folder: string, name: string): Manifest {
  const file = path.join(folder, MANIFEST_FILE);
  if (!existsSync(file)) throw new DamagedBackupError(`${name} is no backup: it has no ${MANIFEST_FILE}`);
  try {
    return Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new DamagedBackupError(`${name} is damaged: its ${MANIFEST_FILE} cannot be read`);
  }
}
