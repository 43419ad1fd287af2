import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { copyDatabase, toUnfinishedCopy } from './copy.ts';
import { foldEmail, foldName } from './fold.ts';
import { BusyTimeout, type DatabaseWatch, watchDatabase } from './instrumentation.ts';
import { toOpenError, UnusableDatabaseError } from './open-errors.ts';
import * as schema from './schema/index.ts';

export type Db = BetterSQLite3Database<typeof schema> & { $client: Sqlite.Database };

export type OnStage = (label: string, growing?: { file: string; bytes: number }) => void;

export interface OpenOptions {
  /** a file, or `:memory:` */
  file: string;
  /** the folder of SQL migrations; null opens without migrating */
  migrations: string | null;
  /** where a backup goes before a migration; `backups` beside the file unless given */
  backups?: string;
  /** milliseconds to wait for another process's lock, while nobody is served; see BusyTimeout */
  busyTimeout?: number;
  /** Called before long work on a database with data, in words; `growing` is a file, and the bytes it will have. */
  onStage?: OnStage | undefined;
  /** hears of transactions and slow statements, those of migrations not counted */
  watch?: DatabaseWatch | undefined;
}

/** The number of backups made before migrations that stay. */
const MAX_MIGRATION_BACKUPS = 3;

/**
 * Opens the database, brings its tables up to date, and returns it.
 * A migration of a database that already holds data makes a backup first.
 * Throws UnusableDatabaseError for a file that is damaged, cannot be written, is held by others or on a full disk.
 */
export function openDatabase(options: OpenOptions): Db {
  const { file, busyTimeout: timeout = 2000, watch } = options;
  let sqlite: Sqlite.Database | undefined;
  try {
    if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    sqlite = new Sqlite(file, { timeout });
    const db = prepareDatabase(sqlite, options);
    if (watch) watchDatabase(sqlite, watch, new BusyTimeout(sqlite, timeout));
    return db;
  } catch (error) {
    sqlite?.close();
    throw toOpenError(error, file);
  }
}

function prepareDatabase(sqlite: Sqlite.Database, { file, migrations, backups, onStage }: OpenOptions): Db {
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = NORMAL');
  sqlite.pragma('temp_store = MEMORY');
  sqlite.pragma('cache_size = -16000');
  assertWritable(sqlite);
  const db = drizzle(sqlite, { schema });
  if (migrations) {
    const defaultFolder = path.join(path.dirname(path.resolve(file)), 'backups');
    migrateDatabase(db, migrations, file === ':memory:' ? null : (backups ?? defaultFolder), onStage);
  }
  sqlite.pragma('foreign_keys = ON');
  return db;
}

/** SQLite opens a file that it may not write for reading, and says nothing until something is written. */
function assertWritable(sqlite: Sqlite.Database): void {
  const version = sqlite.pragma('user_version', { simple: true });
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    sqlite.pragma(`user_version = ${version}`);
  } finally {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
  }
}

/** Checkpoints the write-ahead log into the file and closes it. */
export function closeDatabase(db: Db): void {
  if (!db.$client.open) return;
  try {
    if (!db.$client.readonly) db.$client.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // On a full disk, say: what was committed stays in the log, which the next start reads.
  } finally {
    db.$client.close();
  }
}

/** Migrations that rebuild a table empty its children by cascade unless foreign keys are off, outside of the transaction. */
function migrateDatabase(
  db: Db,
  migrations: string,
  backups: string | null,
  onStage: OnStage = () => {},
): void {
  assertKnownMigrations(db, migrations);
  if (pendingMigrations(db, migrations) === 0) return;
  if (hasData(db)) {
    if (backups !== null) backUp(db, backups, onStage);
    onStage('Bringing the tables up to date');
  }
  db.$client.pragma('foreign_keys = OFF');
  // Migrations fill the columns of folded names with these.
  db.$client.function('fold_name', { deterministic: true }, (name) => foldName(String(name)));
  db.$client.function('fold_email', { deterministic: true }, (email) => foldEmail(String(email)));
  runMigrations(db, migrations);
  const broken = db.$client.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`the migration left ${broken.length} rows pointing at nothing`);
}

/** A database that another version made, a newer one mostly, has what this one would misread. */
function assertKnownMigrations(db: Db, migrations: string): void {
  const journal = readFileSync(path.join(migrations, 'meta', '_journal.json'), 'utf8');
  const knownMigrations = new Set(
    (JSON.parse(journal) as { entries: { when: number }[] }).entries.map(({ when }) => when),
  );
  const unknown = listAppliedMigrations(db).find((applied) => !knownMigrations.has(applied));
  if (unknown === undefined) return;
  const day = new Date(unknown).toISOString().slice(0, 10);
  throw new UnusableDatabaseError(
    `${db.$client.name} was made by another version of Flashscan: it knows a migration of ${day} that this one does ` +
      'not. It was left as it is. Install that version or a newer one, or restore a backup made before',
  );
}

/** All migrations that are still to be made are one transaction. */
function runMigrations(db: Db, migrationsFolder: string): void {
  try {
    migrate(db, { migrationsFolder });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new UnusableDatabaseError(
      `${db.$client.name} could not be brought up to date (${cause instanceof Error ? cause.message : message}). ` +
        'Its tables were left as they are: the version that was here before can go on with them',
      { cause: error },
    );
  }
}

/** When each migration that the database has seen was written. */
function listAppliedMigrations(db: Db): number[] {
  const table = db.$client.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return [];
  return db.$client.prepare('SELECT created_at FROM __drizzle_migrations').pluck().all().map(Number);
}

/** How many migrations the folder has that the database has not seen. */
export function pendingMigrations(db: Db, migrations: string): number {
  const knownMigrations = readdirSync(migrations).filter((name) => name.endsWith('.sql')).length;
  return knownMigrations - listAppliedMigrations(db).length;
}

function hasData(db: Db): boolean {
  return db.$client.prepare("SELECT 1 FROM sqlite_master WHERE name = 'principals'").get() !== undefined;
}

function backUp(db: Db, folder: string, onStage: OnStage): void {
  const timestamp = new Date().toISOString().replace(/[:.]/g, '-');
  const target = path.join(folder, `before-migration-${timestamp}.db`);
  onStage('Copying the database', { file: toUnfinishedCopy(target), bytes: statSync(db.$client.name).size });
  copyDatabase(db.$client, target);
  const existing = readdirSync(folder).filter((name) => /^before-migration-.*\.db$/.test(name));
  for (const name of existing.sort().slice(0, -MAX_MIGRATION_BACKUPS)) rmSync(path.join(folder, name));
}

/**
 * Statements prepared once per database: `const q = prepared((db) => ({ byId: db.select()….prepare() }))`,
 * then `q(db).byId.get({ id })`. There is one connection, so they take part in a transaction that is open.
 */
export function preparedStatements<T extends object>(prepare: (db: Db) => T): (db: Db) => T {
  const statementsByDatabase = new WeakMap<Db, T>();
  return (db) => {
    let statements = statementsByDatabase.get(db);
    if (!statements) {
      statements = prepare(db);
      statementsByDatabase.set(db, statements);
    }
    return statements;
  };
}

const transactions = preparedStatements((db) => ({
  run: db.$client.transaction((work: () => unknown) => work()),
}));

/**
 * The way to write: an immediate transaction, rolled back when `work` throws. There is one connection, so `db` and
 * its prepared statements take part in it; inside another transaction it is a savepoint. `work` is synchronous.
 */
export function transact<T>(db: Db, work: () => T): T {
  return transactions(db).run.immediate(work) as T;
}
