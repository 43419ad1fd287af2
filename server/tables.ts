import { readdirSync } from 'node:fs';
import { type Db, openDatabase } from '../db/index.ts';
import { type Env, inPackage } from './env.ts';

/** Opens the product's database, with its tables brought up to date. */
export function openTables(env: Pick<Env, 'database_file' | 'backup_dir'>): Db {
  return openDatabase({ file: env.database_file, migrations: inPackage('drizzle'), backups: env.backup_dir });
}

/** How many migrations this version knows. */
export function knownMigrations(): number {
  return readdirSync(inPackage('drizzle')).filter((name) => name.endsWith('.sql')).length;
}
