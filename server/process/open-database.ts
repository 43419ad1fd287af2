import { readdirSync } from 'node:fs';
import { type DatabaseWatch, type Db, type OnStage, openDatabase } from '../../db/index.ts';
import { type Env, resolveInPackage } from './env.ts';
import { createProgress, type Progress } from './progress.ts';

/** Opens the product's database, with its tables brought up to date. */
export function openProductDatabase(
  { database_file: file, backup_dir: backups }: Pick<Env, 'database_file' | 'backup_dir'>,
  watch?: DatabaseWatch,
): Db {
  let progress: Progress | undefined;
  const onStage: OnStage = (label, growing) => {
    progress ??= createProgress(label);
    progress.stage(label, growing);
  };
  try {
    return openDatabase({ file, migrations: resolveInPackage('drizzle'), backups, watch, onStage });
  } finally {
    progress?.stop();
  }
}

/** How many migrations this version knows. */
export function countMigrations(): number {
  return readdirSync(resolveInPackage('drizzle')).filter((name) => name.endsWith('.sql')).length;
}
