import path from 'node:path';
import type { Command } from 'commander';
import { makeBackup } from '../../routers/maintenance/backups/make.ts';
import { checkBackup } from '../../routers/maintenance/backups/manifest.ts';
import { toBackupRequest } from '../../routers/maintenance/backups/nightly.ts';
import { restoreBackup } from '../../routers/maintenance/backups/restore.ts';
import { clock } from '../process/clock-and-random.ts';
import { readEnv } from '../process/env.ts';
import { countMigrations } from '../process/open-database.ts';
import { jsonOption, type WithExitCode } from './commands.ts';
import { print } from './print.ts';

export function backupCommands(program: Command, guarded: WithExitCode, version: string): void {
  program
    .command('backup [folder]')
    .description(
      'Back up database, files and webhook secret, also while the server runs; into BACKUP_DIR unless given',
    )
    .addOption(jsonOption())
    .action(
      guarded(async (folder: string | undefined, options: { json?: boolean }) => {
        const { database, data_dir, backup_dir, files_elsewhere } = readBackupSource();
        const source = { database, data_dir, files_in_bucket: files_elsewhere, version, folder: backup_dir };
        const order = toBackupRequest(source, 'backup', clock.now());
        const target = folder ? path.resolve(folder) : order.target;
        const { lacking, ...made } = makeBackup({ ...order, target });
        print({ backup: target, ...facts(made), lacking: lacking.length }, options);
        if (lacking.length > 0) {
          throw new Error(
            `the backup is made, but these files were missing or damaged already:\n  ${lacking.join('\n  ')}`,
          );
        }
      }),
    );

  program
    .command('restore <backup>')
    .description(
      'Bring back what a backup holds; the server must be stopped, and what is there is kept aside',
    )
    .option('--check', 'only read and check the backup')
    .addOption(jsonOption())
    .action(
      guarded(async (backup: string, options: { check?: boolean; json?: boolean }) => {
        if (options.check) {
          print({ backup, whole: true, ...facts(checkBackup(backup)) }, options);
          return;
        }
        const { database, data_dir } = readBackupSource();
        const migrations = countMigrations();
        const { manifest, aside } = restoreBackup({
          backup,
          database,
          data_dir,
          migrations,
          now: clock.now(),
        });
        print({ restored: data_dir, ...facts(manifest), kept_aside: aside }, options);
      }),
    );
}

function readBackupSource() {
  const { database_file: database, DATA_DIR: data_dir, backup_dir, bucket } = readEnv();
  return { database, data_dir, backup_dir, files_elsewhere: bucket !== null };
}

function facts({
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
