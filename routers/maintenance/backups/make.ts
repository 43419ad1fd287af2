import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { checkDatabase, copyDatabase, type OnStage, sync, toUnfinishedCopy } from '../../../db/index.ts';
import { toIso } from '../../core/wire-types.ts';
import {
  computeFileHash,
  DATABASE_FILE,
  FILES_FOLDER,
  listReferencedContents,
  MANIFEST_FILE,
  type Manifest,
  type OnProgress,
  SECRET_FILE,
  toBackupContentPath,
} from './manifest.ts';

export interface BackupRequest {
  /** the product's database file */
  database: string;
  data_dir: string;
  /** the files are in an object store and are not backed up */
  files_in_bucket?: boolean | undefined;
  /** the folder to create; it must not exist */
  target: string;
  /** an earlier backup in the same folder, whose contents are linked instead of copied */
  previous: string | null;
  version: string;
  now: number;
  onProgress?: OnProgress | undefined;
  onStage?: OnStage | undefined;
}

/**
 * Backs up a product that may be running. First the database is copied as it is at one moment, then every content that
 * the copy references; rows of contents that were deleted meanwhile are deleted from the copy. Contents never change, so
 * they are linked where the file system allows it, and each is read and hashed. The folder gets its final name when all
 * of it is on disk. It blocks for long: call it in a thread.
 */
export function makeBackup(request: BackupRequest): Manifest {
  const { target } = request;
  if (existsSync(target)) throw new Error(`${target} exists already`);
  if (!existsSync(request.database)) throw new Error(`there is no database at ${request.database}`);
  const unfinished = `${target}.unfinished-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const manifest = writeBackup(unfinished, request);
    renameSync(unfinished, target);
    sync(path.dirname(target));
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

function writeBackup(folder: string, request: BackupRequest): Manifest {
  const liveDatabase = new Sqlite(request.database, { readonly: true, fileMustExist: true });
  try {
    const database = path.join(folder, DATABASE_FILE);
    request.onStage?.('Copying the database', {
      file: toUnfinishedCopy(database),
      bytes: statSync(request.database).size,
    });
    copyDatabase(liveDatabase, database);
    const copy = new Sqlite(database);
    copy.pragma('foreign_keys = ON');
    request.onStage?.('Copying files');
    const { lacking, ...files } = request.files_in_bucket
      ? NO_FILES
      : copyContents(folder, request, liveDatabase, copy);
    const migrations = copy.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get() as number;
    copy.close();
    request.onStage?.('Checking the database');
    checkDatabase(database);
    sync(database);
    const secret = path.join(request.data_dir, SECRET_FILE);
    if (existsSync(secret)) copyFileSync(secret, path.join(folder, SECRET_FILE));
    const manifest: Manifest = {
      format: 1,
      version: request.version,
      created_at: toIso(request.now),
      migrations,
      database: { bytes: statSync(database).size, sha256: computeFileHash(database) },
      files,
      lacking,
      ...(request.files_in_bucket && { files_elsewhere: true }),
    };
    writeFileSync(path.join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
    });
    sync(path.join(folder, MANIFEST_FILE));
    sync(folder);
    return manifest;
  } finally {
    liveDatabase.close();
  }
}

const NO_FILES = { count: 0, bytes: 0, lacking: [] as string[] };

function copyContents(
  folder: string,
  request: BackupRequest,
  liveDatabase: Sqlite.Database,
  copy: Sqlite.Database,
) {
  const contents = { count: 0, bytes: 0, lacking: [] as string[] };
  const isReferenced = liveDatabase.prepare('SELECT 1 FROM files WHERE sha256 = ? LIMIT 1');
  const deleteRows = copy.prepare('DELETE FROM files WHERE sha256 = ?');
  mkdirSync(path.join(folder, FILES_FOLDER));
  const referenced = listReferencedContents(copy);
  for (const [n, sha256] of referenced.entries()) {
    const bytes = copyContent(folder, request, sha256);
    if (bytes !== null) {
      contents.count++;
      contents.bytes += bytes;
    } else if (isReferenced.get(sha256)) contents.lacking.push(sha256);
    else deleteRows.run(sha256);
    request.onProgress?.(n + 1, referenced.length);
  }
  return contents;
}

/** Links or copies a content into the backup. Returns its size in bytes; null when no source has it intact. */
function copyContent(folder: string, { data_dir, previous }: BackupRequest, sha256: string): number | null {
  const target = toBackupContentPath(folder, sha256);
  mkdirSync(path.dirname(target), { recursive: true });
  const sources = [data_dir, previous].filter((source) => source !== null);
  for (const transfer of [linkSync, copyFileSync]) {
    for (const source of sources) {
      if (!tryCopy(() => transfer(toBackupContentPath(source, sha256), target))) continue;
      if (computeFileHash(target) === sha256) {
        sync(target);
        return statSync(target).size;
      }
      rmSync(target);
    }
  }
  return null;
}

/** False for a missing file, and for a link that the file system does not allow. */
function tryCopy(transfer: () => void): boolean {
  try {
    transfer();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(code ?? '')) return false;
    throw error;
  }
}
