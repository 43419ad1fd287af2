import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { makeBackup } from '../../routers/maintenance/backups/make.ts';
import { checkBackup } from '../../routers/maintenance/backups/manifest.ts';
import { toBackupRequest } from '../../routers/maintenance/backups/nightly.ts';
import { restoreBackup } from '../../routers/maintenance/backups/restore.ts';
import { clock } from '../process/clock-and-random.ts';
import { readEnv } from '../process/env.ts';
import { ensureFolder } from '../process/folders.ts';
import { countMigrations } from '../process/open-database.ts';
import { createProgress, type Progress } from '../process/progress.ts';
import { assertDatabaseExists } from './database-exists.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';
import { jsonOption, type OutputOptions, print } from './print.ts';

interface RestoreOptions extends OutputOptions {
  check?: boolean;
}

/** `flashscan backup` and `flashscan restore`. */
export function backupCommands(program: Command, withExitCode: WithExitCode, version: string): void {
  program
    .command('backup [folder]')
    .description(
      'Back up database, files and webhook secret, also while the server runs; into BACKUP_DIR unless given',
    )
    .addOption(jsonOption())
    .action(
      withExitCode(async (folder: string | undefined, options: OutputOptions) =>
        runBackup(folder, version, options),
      ),
    );
  program
    .command('restore <backup>')
    .description('Restore a backup; the server must be stopped, and what is there is moved aside')
    .option('--check', 'only read and check the backup')
    .addOption(jsonOption())
    .action(withExitCode(runRestore));
}

function runBackup(folder: string | undefined, version: string, options: OutputOptions): void {
  const env = readEnv();
  assertDatabaseExists(env);
  const { database_file: database, DATA_DIR: data_dir, backup_dir, bucket } = env;
  const source = { database, data_dir, files_in_bucket: bucket !== null, version, folder: backup_dir };
  const order = toBackupRequest(source, 'backup', clock.now());
  const target = folder ? path.resolve(folder) : order.target;
  ensureFolder(folder ? 'the folder of the backup' : 'BACKUP_DIR', path.dirname(target));
  const { lacking, ...manifest } = withProgress((progress) =>
    makeBackup({ ...order, target, onProgress: progress.update, onStage: progress.stage }),
  );
  print({ backup: target, ...toFields(manifest), lacking: lacking.length }, options);
  if (lacking.length > 0) {
    throw new Error(
      `the backup is made, but these files were missing or damaged already:\n  ${lacking.join('\n  ')}`,
    );
  }
}

async function runRestore(backup: string, options: RestoreOptions): Promise<void> {
  if (!existsSync(backup)) throw new UsageError(`there is no backup at ${backup}`);
  if (options.check) {
    const manifest = withProgress(({ update, stage }) => checkBackup(backup, backup, update, stage));
    print({ backup, whole: true, ...toFields(manifest) }, options);
    return;
  }
  const { database_file: database, DATA_DIR: data_dir } = readEnv();
  ensureFolder('DATA_DIR', data_dir);
  const order = { backup, database, data_dir, migrations: countMigrations(), now: clock.now() };
  const { manifest, aside } = withProgress((progress) =>
    restoreBackup({ ...order, onProgress: progress.update, onStage: progress.stage }),
  );
  print({ restored: data_dir, ...toFields(manifest), kept_aside: aside }, options);
}

function withProgress<T>(work: (progress: Progress) => T): T {
  const progress = createProgress('Reading');
  try {
    return work(progress);
  } finally {
    progress.stop();
  }
}

function toFields({
  version,
  created_at,
  database,
  files,
  files_elsewhere,
}: Omit<ReturnType<typeof checkBackup>, 'lacking'>) {
  return {
    version,
    created_at,
    database_bytes: database.bytes,
    files: files.count,
    file_bytes: files.bytes,
    ...(files_elsewhere && { files_elsewhere }),
  };
}
