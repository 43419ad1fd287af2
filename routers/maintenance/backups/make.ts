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
import { checkDatabase, copyDatabase, sync } from '../../../db/index.ts';
import { toIso } from '../../core/wire-types.ts';
import {
  computeFileHash,
  contentPath,
  DATABASE,
  FILES,
  listReferencedContents,
  MANIFEST,
  type Manifest,
  type OnProgress,
  SECRET,
} from './manifest.ts';

export interface BackupOrder {
  /** the product's database file */
  database: string;
  data_dir: string;
  /** files lie in an object store, and are not backed up */
  files_elsewhere?: boolean | undefined;
  /** the folder to make; it must not be there yet */
  target: string;
  /** a backup made before, in the same folder: contents it has need not be copied again */
  previous: string | null;
  version: string;
  now: number;
  onProgress?: OnProgress | undefined;
}

/**
 * Backs up a product that may be running. The database comes first, as it is at one moment; then every content that
 * this copy names, which the running product has kept since before that moment. One that was deleted meanwhile goes
 * from the copy too. Contents never change, so they are linked where the file system allows it, and every one is read
 * and hashed. The folder gets its name when all of it is on disk. It takes long, and blocks: call it in a thread.
 */
export function makeBackup(order: BackupOrder): Manifest {
  const { target } = order;
  if (existsSync(target)) throw new Error(`${target} is there already`);
  if (!existsSync(order.database)) throw new Error(`there is no database at ${order.database}`);
  const unfinished = `${target}.unfinished-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const manifest = fill(unfinished, order);
    renameSync(unfinished, target);
    sync(path.dirname(target));
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

function fill(folder: string, order: BackupOrder): Manifest {
  const live = new Sqlite(order.database, { readonly: true, fileMustExist: true });
  try {
    const database = path.join(folder, DATABASE);
    copyDatabase(live, database);
    const copy = new Sqlite(database);
    copy.pragma('foreign_keys = ON');
    const { lacking, ...files } = order.files_elsewhere ? NO_FILES : keepContents(folder, order, live, copy);
    const migrations = copy.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get() as number;
    copy.close();
    checkDatabase(database);
    sync(database);
    const secret = path.join(order.data_dir, SECRET);
    if (existsSync(secret)) copyFileSync(secret, path.join(folder, SECRET));
    const manifest: Manifest = {
      format: 1,
      version: order.version,
      created_at: toIso(order.now),
      migrations,
      database: { bytes: statSync(database).size, sha256: computeFileHash(database) },
      files,
      lacking,
      ...(order.files_elsewhere && { files_elsewhere: true }),
    };
    writeFileSync(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    sync(path.join(folder, MANIFEST));
    sync(folder);
    return manifest;
  } finally {
    live.close();
  }
}

const NO_FILES = { count: 0, bytes: 0, lacking: [] as string[] };

function keepContents(folder: string, order: BackupOrder, live: Sqlite.Database, copy: Sqlite.Database) {
  const kept = { count: 0, bytes: 0, lacking: [] as string[] };
  const stillNamed = live.prepare('SELECT 1 FROM files WHERE sha256 = ? LIMIT 1');
  const forget = copy.prepare('DELETE FROM files WHERE sha256 = ?');
  mkdirSync(path.join(folder, FILES));
  const contents = listReferencedContents(copy);
  for (const [n, sha256] of contents.entries()) {
    const bytes = keepContent(folder, order, sha256);
    if (bytes !== null) {
      kept.count++;
      kept.bytes += bytes;
    } else if (stillNamed.get(sha256)) kept.lacking.push(sha256);
    else forget.run(sha256);
    order.onProgress?.(n + 1, contents.length);
  }
  return kept;
}

/** Its size; null when it is nowhere whole. */
function keepContent(folder: string, { data_dir, previous }: BackupOrder, sha256: string): number | null {
  const target = contentPath(folder, sha256);
  mkdirSync(path.dirname(target), { recursive: true });
  const sources = [data_dir, previous].filter((source) => source !== null);
  for (const take of [linkSync, copyFileSync]) {
    for (const source of sources) {
      if (!attempt(() => take(contentPath(source, sha256), target))) continue;
      if (computeFileHash(target) === sha256) {
        sync(target);
        return statSync(target).size;
      }
      rmSync(target);
    }
  }
  return null;
}

/** False for a file that is not there, and for a link that this file system, or the way to it, does not allow. */
function attempt(take: () => void): boolean {
  try {
    take();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(code ?? '')) return false;
    throw error;
  }
}
