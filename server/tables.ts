import { readdirSync } from 'node:fs';
import { type DatabaseWatch, type Db, openDatabase } from '../db/index.ts';
import { type Env, inPackage } from './env.ts';

/** Opens the product's database, with its tables brought up to date. */
export function openTables(env: Pick<Env, 'database_file' | 'backup_dir'>, watch?: DatabaseWatch): Db {
  const { database_file: file, backup_dir: backups } = env;
  return openDatabase({ file, migrations: inPackage('drizzle'), backups, watch });
}

/** How many migrations this version knows. */
export function knownMigrations(): number {
  return readdirSync(inPackage('drizzle')).filter((name) => name.endsWith('.sql')).length;
}
