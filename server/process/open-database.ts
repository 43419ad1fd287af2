import { readdirSync } from 'node:fs';
import { type DatabaseWatch, type Db, openDatabase } from '../../db/index.ts';
import { type Env, inPackage } from './env.ts';

/** Opens the product's database, with its tables brought up to date. */
export function openTables(
  env: Pick<Env, 'database_file' | 'database_primary' | 'backup_dir'>,
  watch?: DatabaseWatch,
): Db {
  const { database_file: file, database_primary: primary, backup_dir: backups } = env;
  const libsql = primary ? { primary } : undefined;
  return openDatabase({ file, migrations: inPackage('drizzle'), backups, libsql, watch });
}

/** How many migrations this version knows. */
export function knownMigrations(): number {
  return readdirSync(inPackage('drizzle')).filter((name) => name.endsWith('.sql')).length;
}
