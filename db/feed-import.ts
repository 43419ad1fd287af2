import type Sqlite from 'better-sqlite3';
import { openFeedDatabase, type RefusedEntry } from './feeds.ts';

/** One entry of a feed, as it is stored. */
export interface FeedEntry {
  /** SHA-256 of its expression */
  hash: Buffer;
  /** it means this URL alone, not all below it */
  is_exact: boolean;
}

export interface FeedImportCounts {
  entries: number;
  refused: number;
  unreadable: number;
}

/** Kibibytes: the entries are merged in the order of their hashes, so each page is read and written once. */
const IMPORT_CACHE_KIB = 65_536;
/** Another import may be in its transaction. */
const IMPORT_TIMEOUT_MS = 600_000;
const MAX_REFUSED_LISTED = 1000;
const ROWS_PER_DELETE = 10_000;

/**
 * Replaces what a feed lists, in one transaction at the end: readers see the old entries until then, and a process that
 * is killed leaves them as they were. Entries that the feed already had keep `first_seen`; what it no longer lists ends.
 */
export class FeedImport {
  readonly #sqlite: Sqlite.Database;
  readonly #name: string;
  readonly #ttl_ms: number;
  readonly #stage: Sqlite.Statement;
  readonly #refused: RefusedEntry[] = [];
  #refusedCount = 0;
  #unreadable = 0;

  constructor(file: string, name: string, ttl_ms: number) {
    this.#sqlite = openFeedDatabase(file, { cacheKib: IMPORT_CACHE_KIB, timeout: IMPORT_TIMEOUT_MS });
    this.#name = name;
    this.#ttl_ms = ttl_ms;
    this.#sqlite.exec('CREATE TEMP TABLE staged (hash BLOB NOT NULL, is_exact INTEGER NOT NULL)');
    this.#stage = this.#sqlite.prepare('INSERT INTO temp.staged VALUES (?, ?)');
    this.#sqlite.exec('BEGIN');
  }

  add({ hash, is_exact }: FeedEntry): void {
    this.#stage.run(hash, Number(is_exact));
  }

  refuse(entry: string, reason: string): void {
    this.#refusedCount++;
    if (this.#refused.length < MAX_REFUSED_LISTED) this.#refused.push({ entry: entry.slice(0, 500), reason });
  }

  skip(): void {
    this.#unreadable++;
  }

  /** Makes the new entries those of the feed. */
  finish(now: number): FeedImportCounts {
    this.#sqlite.exec('COMMIT');
    const counts = this.#sqlite.transaction(() => this.#merge(now)).immediate();
    this.#sqlite.pragma('wal_checkpoint(TRUNCATE)');
    return counts;
  }

  /** Whatever was not finished is gone. */
  close(): void {
    this.#sqlite.close();
  }

  #merge(now: number): FeedImportCounts {
    const { id, imported_at } = upsertFeed(this.#sqlite, this.#name, this.#ttl_ms);
    // Each import has an instant of its own, by which what the feed no longer lists is found.
    const seen = Math.max(now, (imported_at ?? 0) + 1);
    this.#sqlite
      .prepare(
        `INSERT INTO entries
         SELECT hash, @id, min(is_exact), @seen, @seen FROM temp.staged WHERE true GROUP BY hash ORDER BY hash
         ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen, is_exact = excluded.is_exact`,
      )
      .run({ id, seen });
    if (imported_at !== null) {
      this.#sqlite.prepare('DELETE FROM entries WHERE feed_id = ? AND last_seen < ?').run(id, seen);
    }
    const entries = this.#sqlite
      .prepare('SELECT count(DISTINCT hash) FROM temp.staged')
      .pluck()
      .get() as number;
    this.#sqlite.prepare('DELETE FROM refused WHERE feed_id = ?').run(id);
    const list = this.#sqlite.prepare('INSERT INTO refused VALUES (?, ?, ?)');
    for (const { entry, reason } of this.#refused) list.run(id, entry, reason);
    const counts = { entries, refused: this.#refusedCount, unreadable: this.#unreadable };
    this.#sqlite
      .prepare(
        `UPDATE feeds SET imported_at = @seen, entries = @entries, refused = @refused, unreadable = @unreadable,
         error = NULL WHERE id = @id`,
      )
      .run({ ...counts, seen, id });
    return counts;
  }
}

function upsertFeed(sqlite: Sqlite.Database, name: string, ttl_ms: number) {
  return sqlite
    .prepare<[string, number], { id: number; imported_at: number | null }>(
      `INSERT INTO feeds (name, ttl_ms) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET ttl_ms = excluded.ttl_ms RETURNING id, imported_at`,
    )
    .get(name, ttl_ms) as { id: number; imported_at: number | null };
}

/** Notes why the newest import of a feed failed; its older entries stay. */
export function recordFeedError(file: string, name: string, ttl_ms: number, error: string): void {
  const sqlite = openFeedDatabase(file, { timeout: IMPORT_TIMEOUT_MS });
  try {
    const { id } = upsertFeed(sqlite, name, ttl_ms);
    sqlite.prepare('UPDATE feeds SET error = ? WHERE id = ?').run(error.slice(0, 500), id);
  } finally {
    sqlite.close();
  }
}

/** Removes a feed at once; its entries are deleted by `deleteDeadEntries`. Returns whether there was one. */
export function removeFeed(file: string, name: string): boolean {
  const sqlite = openFeedDatabase(file, { timeout: IMPORT_TIMEOUT_MS });
  try {
    return sqlite
      .transaction(() => {
        sqlite.prepare('DELETE FROM refused WHERE feed_id = (SELECT id FROM feeds WHERE name = ?)').run(name);
        return sqlite.prepare('DELETE FROM feeds WHERE name = ?').run(name).changes > 0;
      })
      .immediate();
  } finally {
    sqlite.close();
  }
}

/**
 * Deletes the entries of removed feeds and those that have expired, in transactions of some thousand rows. Returns how
 * many. Five million rows take seconds: it belongs on a thread.
 */
export function deleteDeadEntries(file: string, now: number): number {
  const sqlite = openFeedDatabase(file, { timeout: IMPORT_TIMEOUT_MS });
  try {
    const page = sqlite.prepare<{ after: Buffer; now: number }, { hash: Buffer; feed_id: number }>(
      `SELECT e.hash, e.feed_id FROM entries e LEFT JOIN feeds f ON f.id = e.feed_id
       WHERE e.hash > @after AND (f.id IS NULL OR e.last_seen + f.ttl_ms <= @now)
       ORDER BY e.hash LIMIT ${ROWS_PER_DELETE}`,
    );
    const remove = sqlite.prepare('DELETE FROM entries WHERE hash = ? AND feed_id = ?');
    const count = sqlite.prepare('UPDATE feeds SET entries = entries - 1 WHERE id = ?');
    let deleted = 0;
    for (let after = Buffer.alloc(0); ; ) {
      const rows = page.all({ after, now });
      sqlite
        .transaction(() => {
          for (const { hash, feed_id } of rows) {
            remove.run(hash, feed_id);
            count.run(feed_id);
          }
        })
        .immediate();
      deleted += rows.length;
      const last = rows.at(-1);
      if (!last || rows.length < ROWS_PER_DELETE) return deleted;
      // A hash may stand in several feeds, of which the page may have held only some.
      after = last.hash.subarray(0, 31) as Buffer<ArrayBuffer>;
    }
  } finally {
    sqlite.close();
  }
}
