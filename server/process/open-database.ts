import { readdirSync } from 'node:fs';
import { type DatabaseWatch, type Db, openDatabase } from '../../db/index.ts';
import { type Env, resolveInPackage } from './env.ts';

/** Opens the product's database, with its tables brought up to date. */
export function openProductDatabase(
  env: Pick<Env, 'database_file' | 'database_primary' | 'backup_dir'>,
  watch?: DatabaseWatch,
): Db {
  const { database_file: file, database_primary: primary, backup_dir: backups } = env;
  const libsql = primary ? { primary } : undefined;
  return openDatabase({ file, migrations: resolveInPackage('drizzle'), backups, libsql, watch });
}

/** How many migrations this version knows. */
export function countMigrations(): number {
  return readdirSync(resolveInPackage('drizzle')).filter((name) => name.endsWith('.sql')).length;
}
