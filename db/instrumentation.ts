import type Sqlite from 'better-sqlite3';

/** Receives measurements of a connection. Durations are milliseconds. */
export interface DatabaseWatch {
  /** a transaction is over: how long it waited for its lock, and how long it then took */
  transaction(waited: number, took: number): void;
  /** a lock was not to be had within the busy timeout */
  busy(): void;
  /** `tell` gets the SQL of each run that took `ms` or more, without its parameters */
  slow?: { ms: number; tell(sql: string, took: number): void } | undefined;
}

/** Has the transactions and statements of this connection measured. */
export function watchDatabase(client: Sqlite.Database, watch: DatabaseWatch, timeout: BusyTimeout): void {
  const measured = {
    ...watch,
    busy() {
      timeout.shorten();
      watch.busy();
    },
  };
  watchTransactions(client, measured, timeout);
  watchStatements(client, measured, timeout);
}

/** The timeout in milliseconds after one has run out. */
const SHORT_TIMEOUT_MS = 25;

/**
 * How long SQLite waits for another process's lock. It waits on the thread that serves everyone, so only the first to
 * meet a lock that stays waits for long; those after it hardly do, until one gets the lock.
 */
export class BusyTimeout {
  readonly #client: Sqlite.Database;
  readonly #ms: number;
  #isShort = false;

  constructor(client: Sqlite.Database, ms: number) {
    this.#client = client;
    this.#ms = ms;
  }

  shorten(): void {
    if (this.#isShort) return;
    this.#isShort = true;
    this.#client.pragma(`busy_timeout = ${Math.min(SHORT_TIMEOUT_MS, this.#ms)}`);
  }

  /** Called after each write. */
  restore(): void {
    if (!this.#isShort) return;
    this.#isShort = false;
    this.#client.pragma(`busy_timeout = ${this.#ms}`);
  }
}

type Work = (...args: unknown[]) => unknown;
const KINDS = ['default', 'deferred', 'immediate', 'exclusive'] as const;

function watchTransactions(client: Sqlite.Database, watch: DatabaseWatch, timeout: BusyTimeout): void {
  const make = client.transaction.bind(client) as unknown as (
    work: Work,
  ) => Record<(typeof KINDS)[number], Work>;
  client.transaction = ((work: Work) => {
    let entered: number | null = null;
    const made = make((...args) => {
      entered ??= performance.now();
      return work(...args);
    });
    const timed =
      (run: Work): Work =>
      (...args) => {
        // Inside another one it is a savepoint, which waits for nothing.
        if (client.inTransaction) return run(...args);
        const began = performance.now();
        entered = null;
        try {
          const result = run(...args);
          timeout.restore();
          return result;
        } catch (error) {
          if (isBusy(error)) watch.busy();
          throw error;
        } finally {
          const ended = performance.now();
          watch.transaction((entered ?? ended) - began, ended - (entered ?? ended));
        }
      };
    const kinds = KINDS.map((kind) => [kind, timed(made[kind])] as const);
    return Object.assign(timed(made.default), Object.fromEntries(kinds), { database: client });
  }) as unknown as typeof client.transaction;
}

/**
 * Every statement of the connection gets a prototype that measures. Of what was measured this is the cheapest: about
 * 0.1 µs a run, where closures of its own for each statement cost three times that, most of it when it is prepared.
 */
function watchStatements(client: Sqlite.Database, watch: DatabaseWatch, timeout: BusyTimeout): void {
  const slow = watch.slow ?? { ms: Number.POSITIVE_INFINITY, tell: () => {} };
  const prepare = client.prepare.bind(client);
  const plain = Object.getPrototypeOf(prepare('SELECT 1')) as Record<string, Work>;
  const measured = Object.create(plain) as Record<string, Work>;
  for (const name of ['run', 'get', 'all']) {
    const native = plain[name] as Work;
    measured[name] = function (this: Sqlite.Statement, ...args: unknown[]) {
      const began = performance.now();
      try {
        const result = native.apply(this, args);
        if (!this.readonly && !client.inTransaction) timeout.restore();
        return result;
      } catch (error) {
        // Within a transaction, the transaction reports it.
        if (!client.inTransaction && isBusy(error)) watch.busy();
        throw error;
      } finally {
        const took = performance.now() - began;
        if (took >= slow.ms) slow.tell(this.source, took);
      }
    };
  }
  client.prepare = ((sql: string) => Object.setPrototypeOf(prepare(sql), measured)) as typeof client.prepare;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}
