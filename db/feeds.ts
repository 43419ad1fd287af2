import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/**
 * Feeds of known threats, in a database file of their own: they are large, can be imported again, and stay out of
 * backups; an import of millions of rows keeps no other write waiting (docs/adr/0011-feeds-in-a-file-of-their-own.md).
 */
export interface FeedRow {
  name: string;
  /** milliseconds after which an entry that was not seen again expires */
  ttl_ms: number;
  /** null until the first import has finished */
  imported_at: number | null;
  entries: number;
  refused: number;
  /** lines that are neither a URL nor a host */
  unreadable: number;
  /** why the newest import failed; null when it did not */
  error: string | null;
}

export interface FeedHit {
  feed: string;
  first_seen: number;
  last_seen: number;
}

export interface RefusedEntry {
  entry: string;
  reason: string;
}

export interface ListedHash {
  hash: Buffer;
  feeds: string[];
  /** every feed means this address alone, not all below it */
  is_exact: boolean;
}

/** An expression to look up, and whether it has the host and path of what is looked up. */
export interface FeedLookup {
  hash: Buffer;
  is_own: boolean;
}

/** Raised when the tables change: a file of another version is deleted, and its feeds are imported again. */
const VERSION = 1;

/** Kibibytes. The inner pages of five million entries take 3 MiB. */
const CACHE_KIB = 8192;

/** Bytes. A lookup reads up to 30 pages all over the file; mapped, it needs no system call for each. */
const MMAP_BYTES = 2 ** 30;

const TABLES = `
  CREATE TABLE feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    ttl_ms INTEGER NOT NULL,
    imported_at INTEGER,
    refused INTEGER NOT NULL DEFAULT 0,
    unreadable INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0,
    error TEXT
  );
  CREATE TABLE entries (
    hash BLOB NOT NULL,
    feed_id INTEGER NOT NULL,
    is_exact INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (hash, feed_id)
  ) WITHOUT ROWID;
  CREATE TABLE refused (
    feed_id INTEGER NOT NULL,
    entry TEXT NOT NULL,
    reason TEXT NOT NULL
  );
  CREATE INDEX refused_feed ON refused (feed_id);
`;

/** Opens the file, and makes it and its tables if they are not there. */
export function openFeedDatabase(
  file: string,
  { cacheKib = CACHE_KIB, timeout = 2000 } = {},
): Sqlite.Database {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  let sqlite = new Sqlite(file, { timeout });
  const version = sqlite.pragma('user_version', { simple: true });
  if (version !== VERSION && version !== 0) {
    sqlite.close();
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    sqlite = new Sqlite(file, { timeout });
  }
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = NORMAL');
  sqlite.pragma(`cache_size = -${cacheKib}`);
  sqlite.pragma(`mmap_size = ${MMAP_BYTES}`);
  const create = sqlite.transaction(() => {
    if (sqlite.pragma('user_version', { simple: true }) === VERSION) return;
    sqlite.exec(TABLES);
    sqlite.pragma(`user_version = ${VERSION}`);
  });
  create.immediate();
  return sqlite;
}

/** Hashes of one lookup: those of one URL. */
const LOOKUP_HASHES = 30;

const LIVE = 'e.last_seen + f.ttl_ms > @now';

const LOOKUP = `
  SELECT e.hash, e.is_exact, f.name AS feed, e.first_seen, e.last_seen
  FROM entries e CROSS JOIN feeds f ON f.id = e.feed_id
  WHERE e.hash IN (${Array(LOOKUP_HASHES).fill('?').join(', ')}) AND e.last_seen + f.ttl_ms > ?`;

const PREFIX = `
  SELECT e.hash, e.is_exact, f.name AS feed
  FROM entries e JOIN feeds f ON f.id = e.feed_id
  WHERE e.hash >= @from AND e.hash <= @to AND ${LIVE}
  ORDER BY e.hash LIMIT @limit`;

/** Looks things up in the feeds. The file is opened at the first call that finds it. */
export class FeedStore {
  readonly file: string;
  #sqlite: Sqlite.Database | null = null;
  #statements: ReturnType<typeof prepareReads> | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** The feeds that list one of these expressions, each once; empty where no feed was ever imported. */
  find(expressions: () => readonly FeedLookup[], now: number): FeedHit[] {
    const statements = this.#open();
    if (!statements?.any.get()) return [];
    const hits = new Map<string, FeedHit>();
    const asked = expressions();
    for (let at = 0; at < asked.length; at += LOOKUP_HASHES) {
      const some = asked.slice(at, at + LOOKUP_HASHES);
      const hashes = Array.from({ length: LOOKUP_HASHES }, (_, i) => some[i]?.hash ?? null);
      for (const { hash, is_exact, feed, first_seen, last_seen } of statements.lookup.all(...hashes, now)) {
        if (is_exact && !some.some((one) => one.is_own && one.hash.equals(hash))) continue;
        hits.set(feed, { feed, first_seen, last_seen });
      }
    }
    return [...hits.values()];
  }

  /** The hashes that begin with these 4 bytes, and the feeds that list each. */
  listByPrefix(prefix: Buffer, now: number, limit: number): ListedHash[] {
    const from = Buffer.concat([prefix, Buffer.alloc(28, 0)]);
    const to = Buffer.concat([prefix, Buffer.alloc(28, 255)]);
    const listed = new Map<string, ListedHash>();
    for (const { hash, feed, is_exact } of this.#open()?.prefix.all({ from, to, now, limit }) ?? []) {
      const key = hash.toString('hex');
      const { feeds = [], is_exact: wasExact = true } = listed.get(key) ?? {};
      listed.set(key, { hash, feeds: [...feeds, feed], is_exact: wasExact && is_exact === 1 });
    }
    return [...listed.values()];
  }

  listFeeds(): FeedRow[] {
    return this.#open()?.feeds.all() ?? [];
  }

  listRefused(name: string, limit: number): RefusedEntry[] {
    return this.#open()?.refused.all({ name, limit }) ?? [];
  }

  /** Forgets nothing: a later call opens the file again. */
  close(): void {
    this.#sqlite?.close();
    this.#sqlite = null;
    this.#statements = null;
  }

  #open(): ReturnType<typeof prepareReads> | null {
    if (this.#statements) return this.#statements;
    if (!existsSync(this.file)) return null;
    this.#sqlite = openFeedDatabase(this.file);
    this.#statements = prepareReads(this.#sqlite);
    return this.#statements;
  }
}

function prepareReads(sqlite: Sqlite.Database) {
  return {
    any: sqlite.prepare('SELECT 1 FROM feeds WHERE entries > 0'),
    lookup: sqlite.prepare<(Buffer | null | number)[], FeedHit & { hash: Buffer; is_exact: number }>(LOOKUP),
    prefix: sqlite.prepare<
      { from: Buffer; to: Buffer; now: number; limit: number },
      { hash: Buffer; feed: string; is_exact: number }
    >(PREFIX),
    feeds: sqlite.prepare<[], FeedRow>(
      'SELECT name, ttl_ms, imported_at, entries, refused, unreadable, error FROM feeds ORDER BY name',
    ),
    refused: sqlite.prepare<{ name: string; limit: number }, RefusedEntry>(
      `SELECT r.entry, r.reason FROM refused r JOIN feeds f ON f.id = r.feed_id
       WHERE f.name = @name ORDER BY r.rowid LIMIT @limit`,
    ),
  };
}
