import type Sqlite from 'better-sqlite3';

/** Receives measurements of a connection. Durations are milliseconds. */
export interface DatabaseWatch {
  /** a transaction is over: how long it waited for its lock, and how long it then took */
  transaction(waited: number, ms: number): void;
  /** a lock was not to be had within the busy timeout */
  busy(): void;
  /** `tell` gets the SQL of each run that took `ms` or more, without its parameters */
  slow?: { ms: number; report(sql: string, ms: number): void } | undefined;
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

type AnyFunction = (...args: unknown[]) => unknown;
const KINDS = ['default', 'deferred', 'immediate', 'exclusive'] as const;

function watchTransactions(client: Sqlite.Database, watch: DatabaseWatch, timeout: BusyTimeout): void {
  const createTransaction = client.transaction.bind(client) as unknown as (
    work: AnyFunction,
  ) => Record<(typeof KINDS)[number], AnyFunction>;
  client.transaction = ((work: AnyFunction) => {
    let lockedAt: number | null = null;
    const transaction = createTransaction((...args) => {
      lockedAt ??= performance.now();
      return work(...args);
    });
    const timed =
      (run: AnyFunction): AnyFunction =>
      (...args) => {
        // Inside another one it is a savepoint, which waits for nothing.
        if (client.inTransaction) return run(...args);
        const startedAt = performance.now();
        lockedAt = null;
        try {
          const result = run(...args);
          timeout.restore();
          return result;
        } catch (error) {
          if (isBusy(error)) watch.busy();
          throw error;
        } finally {
          const ended = performance.now();
          watch.transaction((lockedAt ?? ended) - startedAt, ended - (lockedAt ?? ended));
        }
      };
    const kinds = KINDS.map((kind) => [kind, timed(transaction[kind])] as const);
    return Object.assign(timed(transaction.default), Object.fromEntries(kinds), { database: client });
  }) as unknown as typeof client.transaction;
}

/**
 * Every statement of the connection gets a prototype that measures. Of what was measured this is the cheapest: about
 * 0.1 µs a run, where closures of its own for each statement cost three times that, most of it when it is prepared.
 */
function watchStatements(client: Sqlite.Database, watch: DatabaseWatch, timeout: BusyTimeout): void {
  const slow = watch.slow ?? { ms: Number.POSITIVE_INFINITY, report: () => {} };
  const prepare = client.prepare.bind(client);
  const statementPrototype = Object.getPrototypeOf(prepare('SELECT 1')) as Record<string, AnyFunction>;
  const measured = Object.create(statementPrototype) as Record<string, AnyFunction>;
  for (const name of ['run', 'get', 'all']) {
    const native = statementPrototype[name] as AnyFunction;
    measured[name] = function (this: Sqlite.Statement, ...args: unknown[]) {
      const startedAt = performance.now();
      try {
        const result = native.apply(this, args);
        if (!this.readonly && !client.inTransaction) timeout.restore();
        return result;
      } catch (error) {
        // Within a transaction, the transaction reports it.
        if (!client.inTransaction && isBusy(error)) watch.busy();
        throw error;
      } finally {
        const ms = performance.now() - startedAt;
        if (ms >= slow.ms) slow.report(this.source, ms);
      }
    };
  }
  client.prepare = ((sql: string) => Object.setPrototypeOf(prepare(sql), measured)) as typeof client.prepare;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}
