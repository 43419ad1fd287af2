import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';

/** A libSQL server of which the file is a replica: reads are local, writes go to the server. */
export interface Primary {
  /** `libsql://`, `https://` or `http://` */
  url: string;
  token?: string | undefined;
}

export interface LibsqlOptions {
  timeout: number;
  /** without one it is a file like any other */
  primary?: Primary | undefined;
}

/** Seconds between two looks for what others wrote at the primary. */
const SYNC_SECONDS = 1;

/** Thrown when a libSQL server is wanted and its driver is not installed. */
class NoLibsql extends Error {}

/**
 * Opens a database with the `libsql` package, behind the interface of better-sqlite3 as far as the product uses it.
 * The package says it has that interface; what it does otherwise is mended here, and here alone:
 *
 * - `get` leaves its statement open, which holds back what others wrote and makes commits fail: here it is read out;
 * - a boolean, an undefined or a lone buffer as a parameter ends the process: here they are refused, or wrapped;
 * - `transaction` does not nest and lets an async function commit half of its work;
 * - `pragma(…, { simple: true })` and `pluck().get()` answer objects, rows carry `_metadata`, `source` is missing;
 * - of a replica, a statement reads where it was when it was prepared: outside a transaction the file, inside one the
 *   primary (libsql/src/replication/connection.rs). One that is kept for both is prepared once for each.
 */
export function openLibsql(file: string, { timeout, primary }: LibsqlOptions): Sqlite.Database {
  const Native = load();
  const native = primary
    ? new Native(file, { syncUrl: primary.url, authToken: primary.token ?? '', syncPeriod: SYNC_SECONDS })
    : new Native(file);
  if (primary) native.sync();
  const db = new Libsql(native, file, primary !== undefined);
  if (!primary) db.pragma(`busy_timeout = ${timeout}`);
  return db as unknown as Sqlite.Database;
}

interface NativeStatement {
  readonly reader: boolean;
  raw(on: boolean): unknown;
  run(params: unknown): { changes: number; lastInsertRowid: number };
  all(params: unknown): unknown[];
  iterate(params: unknown): Iterable<unknown>;
  columns(): { name: string }[];
}

interface NativeDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): NativeStatement;
  exec(sql: string): void;
  sync(): unknown;
  close(): void;
}

type NativeClass = new (file: string, options?: object) => NativeDatabase;

/** Only when it is asked for: it is an optional dependency. */
function load(): NativeClass {
  try {
    return createRequire(import.meta.url)('libsql');
  } catch (cause) {
    const { message } = cause as Error;
    throw new NoLibsql(
      `DATABASE_URL names a libSQL server, and its driver cannot be loaded (npm install libsql): ${message.split('\n', 1)[0]}`,
      { cause },
    );
  }
}

type Work = (...args: unknown[]) => unknown;

class Libsql {
  readonly #native: NativeDatabase;
  readonly #replica: boolean;
  readonly name: string;
  readonly memory: boolean;
  readonly readonly = false;
  open = true;
  #looks = 0;

  constructor(native: NativeDatabase, name: string, replica: boolean) {
    this.#native = native;
    this.#replica = replica;
    this.name = name;
    this.memory = name === ':memory:';
  }

  get inTransaction(): boolean {
    return this.open && this.#native.inTransaction;
  }

  prepare(sql: string): Statement {
    this.#mustBeOpen();
    const prepareNative = () => this.#native.prepare(sql);
    return new Statement(sql, prepareNative, {
      inside: () => this.#replica && this.inTransaction,
      check: () => this.#mustBeOpen(),
    });
  }

  exec(sql: string): this {
    this.#mustBeOpen();
    this.#native.exec(sql);
    return this;
  }

  pragma(source: string, { simple = false } = {}): unknown {
    // What comes from the primary does not change a replica's own number: every look may find something.
    if (this.#replica && source === 'data_version') return ++this.#looks;
    // Its write-ahead log is the driver's own business, and its locks are the primary's.
    if (this.#replica && /^(wal_checkpoint|busy_timeout)/.test(source)) return [];
    const rows = this.prepare(`PRAGMA ${source}`).all() as Record<string, unknown>[];
    return simple ? Object.values(rows[0] ?? {})[0] : rows;
  }

  transaction(work: Work): Work {
    const begun = (begin: string) => Object.assign(this.#within(work, begin), { database: this });
    return Object.assign(begun('BEGIN'), {
      default: begun('BEGIN'),
      deferred: begun('BEGIN DEFERRED'),
      immediate: begun('BEGIN IMMEDIATE'),
      exclusive: begun('BEGIN EXCLUSIVE'),
    });
  }

  close(): this {
    if (this.open) this.#native.close();
    this.open = false;
    return this;
  }

  /** As better-sqlite3 goes about it: inside another transaction it is a savepoint. */
  #within(work: Work, begin: string): Work {
    return (...args) => {
      const nested = this.inTransaction;
      this.exec(nested ? 'SAVEPOINT "_nested"' : begin);
      try {
        const result = work(...args);
        if (result instanceof Promise) throw new TypeError('Transaction function cannot return a promise');
        this.exec(nested ? 'RELEASE "_nested"' : 'COMMIT');
        return result;
      } catch (error) {
        // SQLite ends some transactions by itself, a full disk's for one.
        if (this.inTransaction) {
          if (nested) this.exec('ROLLBACK TO "_nested"; RELEASE "_nested"');
          else this.exec('ROLLBACK');
        }
        throw error;
      }
    };
  }

  #mustBeOpen(): void {
    if (!this.open) throw new TypeError('The database connection is not open');
  }
}

/** What a statement asks of its connection each time it runs. */
interface Surroundings {
  /** whether this is a replica's transaction, which the primary answers */
  inside(): boolean;
  /** throws once it is closed */
  check(): void;
}

class Statement {
  readonly source: string;
  readonly #prepare: () => NativeStatement;
  readonly #database: Surroundings;
  readonly #made: { inside?: NativeStatement; outside?: NativeStatement } = {};
  #raw = false;
  #pluck = false;

  constructor(source: string, prepare: () => NativeStatement, database: Surroundings) {
    this.source = source;
    this.#prepare = prepare;
    this.#database = database;
    // Wrong SQL is told when it is prepared.
    this.#native();
  }

  get reader(): boolean {
    return this.#native().reader;
  }

  raw(on = true): this {
    this.#raw = on;
    this.#pluck = false;
    return this;
  }

  pluck(on = true): this {
    this.#pluck = on;
    this.#raw = false;
    return this;
  }

  run(...params: unknown[]) {
    const { changes, lastInsertRowid } = this.#native().run(bound(params));
    return { changes, lastInsertRowid };
  }

  /** All rows are read: one that stays half-read keeps the connection in the past. */
  get(...params: unknown[]): unknown {
    return this.all(...params)[0];
  }

  all(...params: unknown[]): unknown[] {
    const native = this.#native();
    if (native.reader) native.raw(this.#raw || this.#pluck);
    const rows = native.all(bound(params));
    return this.#pluck ? (rows as unknown[][]).map(([first]) => first) : rows;
  }

  iterate(...params: unknown[]): IterableIterator<unknown> {
    return this.all(...params)[Symbol.iterator]();
  }

  columns() {
    return this.#native().columns();
  }

  #native(): NativeStatement {
    this.#database.check();
    const where = this.#database.inside() ? 'inside' : 'outside';
    this.#made[where] ??= this.#prepare();
    return this.#made[where];
  }
}

/** Named parameters as one object, others as one array. */
function bound(params: unknown[]): unknown {
  const [only] = params;
  const named = params.length === 1 && typeof only === 'object' && only !== null && !isBytes(only);
  const values = named && !Array.isArray(only) ? Object.values(only) : params.flat();
  for (const value of values) {
    if (value === null || ['string', 'number', 'bigint'].includes(typeof value) || isBytes(value)) continue;
    throw new TypeError('SQLite3 can only bind numbers, strings, bigints, buffers, and null');
  }
  return named && !Array.isArray(only) ? only : values;
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array;
}
