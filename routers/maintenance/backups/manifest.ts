import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';
import { checkDatabase, DamagedDatabaseError } from '../../../db/index.ts';

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

/** Reads and checks a whole backup: the database, and every content it references. Throws DamagedBackupError. */
export function checkBackup(folder: string): Manifest {
  const manifest = readManifest(folder);
  const database = path.join(folder, DATABASE_FILE);
  if (!existsSync(database)) throw new DamagedBackupError(`${folder} has no ${DATABASE_FILE}`);
  if (
    statSync(database).size !== manifest.database.bytes ||
    computeFileHash(database) !== manifest.database.sha256
  )
    throw new DamagedBackupError(`${DATABASE_FILE} in ${folder} is not the one that was written`);
  try {
    checkDatabase(database);
  } catch (error) {
    if (error instanceof DamagedDatabaseError) throw new DamagedBackupError(error.message);
    throw error;
  }
  if (manifest.files_elsewhere) return manifest;
  const lacking = new Set(manifest.lacking);
  const sqlite = new Sqlite(database, { readonly: true });
  try {
    for (const sha256 of listReferencedContents(sqlite))
      if (!lacking.has(sha256)) checkContent(folder, sha256);
  } finally {
    sqlite.close();
  }
  return manifest;
}

function checkContent(folder: string, sha256: string): void {
  const file = toBackupContentPath(folder, sha256);
  if (!existsSync(file)) throw new DamagedBackupError(`${folder} lacks the file ${sha256}`);
  if (computeFileHash(file) !== sha256)
    throw new DamagedBackupError(`the file ${sha256} in ${folder} is damaged`);
}

function readManifest(folder: string): Manifest {
  const file = path.join(folder, MANIFEST_FILE);
  if (!existsSync(file)) throw new DamagedBackupError(`${folder} is no backup: it has no ${MANIFEST_FILE}`);
  try {
    return Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new DamagedBackupError(`${MANIFEST_FILE} in ${folder} cannot be read`);
  }
}
