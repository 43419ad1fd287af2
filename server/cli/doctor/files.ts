import { existsSync, statSync } from 'node:fs';
import { toBackupContentPath } from '../../../routers/maintenance/backups/manifest.ts';
import { listBackups } from '../../../routers/maintenance/backups/rotate.ts';
import { type Bucket, S3Files } from '../../../routers/storage/files/s3.ts';
import type { Env } from '../../process/env.ts';
import { withDatabase } from './database.ts';
import { type Check, fail, formatBytes, ok, warn } from './finding.ts';

const MAX_NAMES = 3;
const MAX_BACKUP_AGE_MS = 36 * 3_600_000;

/** Passes when the bytes of every stored content exist. */
export const checkFiles: Check = async (env) => {
  const rows =
    withDatabase(
      env,
      (sqlite) =>
        sqlite.prepare('SELECT sha256, max(size) AS size FROM files GROUP BY sha256').all() as {
          sha256: string;
          size: number;
        }[],
    ) ?? [];
  const storedContents = env.bucket ? await listBucket(env.bucket) : null;
  const missingRows = rows.filter(({ sha256, size }) =>
    storedContents
      ? !storedContents.has(sha256)
      : statSync(toBackupContentPath(env.DATA_DIR, sha256), { throwIfNoEntry: false })?.size !== size,
  );
  if (missingRows.length === 0) {
    const sum = rows.reduce((total, { size }) => total + size, 0);
    return [ok('files', `${rows.length} contents, ${formatBytes(sum)}, all there`)];
  }
  const names = missingRows.slice(0, MAX_NAMES).map(({ sha256 }) => sha256.slice(0, 12));
  return [
    fail(
      'files',
      `${missingRows.length} of ${rows.length} contents are missing or cut: ${names.join(', ')}${missingRows.length > MAX_NAMES ? ' …' : ''}`,
      env.bucket
        ? `bring back an older version of what is missing in ${env.FILES_URL}`
        : `bring back what is missing from a backup's folder "files" into ${env.DATA_DIR}/files`,
    ),
  ];
};

/** This only reads, so it needs no content leases. */
async function listBucket(bucket: Bucket): Promise<Set<string>> {
  const store = new S3Files(bucket, { leases: { acquire: () => null }, uploadFolder: '' });
  const contents = new Set<string>();
  for await (const sha256 of store.listContents()) contents.add(sha256);
  return contents;
}

/** Passes when the newest backup is from the last night. */
export const backups: Check = (env) => {
  const { backup_dir, database_file, BACKUP_KEEP_DAILY } = env;
  if (!existsSync(database_file)) return [ok('backups', 'there is nothing to back up yet')];
  const newest = listBackups(backup_dir).at(-1);
  const advice =
    BACKUP_KEEP_DAILY === 0
      ? 'nightly backups are off (BACKUP_KEEP_DAILY=0): run flashscan backup'
      : 'the server makes one each night; run flashscan backup now, and look for "a scheduled job failed" in its log';
  if (newest === undefined) {
    return BACKUP_KEEP_DAILY > 0 && isNewInstallation(env)
      ? [ok('backups', 'none yet; the server makes the first at 03:10 UTC')]
      : [warn('backups', `there is none in ${backup_dir}`, advice)];
  }
  const age = Date.now() - toBackupTime(newest);
  const detail = `the newest, ${newest}, is ${Math.round(age / 3_600_000)} h old`;
  return [age > MAX_BACKUP_AGE_MS ? warn('backups', detail, advice) : ok('backups', detail)];
};

/**
 * Whether the installation is too young for a nightly backup: its first user is newer than the maximum age of a
 * backup.
 */
function isNewInstallation(env: Env): boolean {
  const first = withDatabase(env, (sqlite) =>
    sqlite.prepare("SELECT min(created_at) FROM principals WHERE kind = 'user'").pluck().get(),
  );
  return typeof first !== 'number' || Date.now() - first < MAX_BACKUP_AGE_MS;
}

/** The time in a backup name such as `nightly-2026-11-26T03-10-00Z`, in milliseconds. */
function toBackupTime(name: string): number {
  const [, day, hour, minute, second] = /-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/.exec(name) ?? [];
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}
