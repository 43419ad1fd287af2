import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { spawnThread } from '../../../ml/spawn-thread.ts';
import type { Deps } from '../../core/context.ts';
import type { BackupRequest } from './make.ts';
import type { Manifest } from './manifest.ts';
import { listBackups, rotateBackups, toBackupStamp } from './rotate.ts';

/** Backs up everything, and deletes nightly backups past their retention. */
export async function backUpNightly({
  settings,
  clock,
  log,
  stopping,
}: Pick<Deps, 'settings' | 'clock' | 'log' | 'stopping'>) {
  const { folder, daily, weekly, ...source } = settings.backups;
  const request = toBackupRequest({ ...source, folder, version: settings.version }, 'nightly', clock.now());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { database, files, lacking } = await makeBackupInThread(request, stopping);
  if (lacking.length > 0) log.error({ lacking }, 'files are missing or damaged; the backup is without them');
  const backup = path.basename(request.target);
  const deleted = rotateBackups(folder, { daily, weekly }, backup);
  return { backup, database_bytes: database.bytes, files, lacking: lacking.length, deleted };
}

/** The request for a backup in a folder, named by its kind and time, that may link contents of the last one. */
export function toBackupRequest(
  {
    folder,
    ...source
  }: Pick<BackupRequest, 'database' | 'data_dir' | 'files_in_bucket' | 'version'> & { folder: string },
  kind: 'nightly' | 'backup',
  now: number,
): BackupRequest {
  const last = listBackups(folder).at(-1);
  const previous = last === undefined ? null : path.join(folder, last);
  return { ...source, now, previous, target: path.join(folder, `${kind}-${toBackupStamp(now)}`) };
}

/** A backup reads and hashes everything, which would block requests on the main thread. */
function makeBackupInThread(request: BackupRequest, stopping: AbortSignal): Promise<Manifest> {
  return new Promise((resolve, reject) => {
    const worker = spawnThread(import.meta.url, 'backup-thread', request);
    const stop = () => void worker.terminate();
    stopping.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      stopping.removeEventListener('abort', stop);
      reject(new Error(stopping.aborted ? 'the product stops' : `the backup ended with code ${code}`));
    });
  });
}
