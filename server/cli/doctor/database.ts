import { existsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { Env } from '../../process/env.ts';
import { countMigrations } from '../../process/open-database.ts';
import { type Check, type Finding, fail, formatBytes, ok, toMessage, warn } from './finding.ts';

const LARGE_LOG = 256_000_000;
const RESTORE_ADVICE = 'stop the server and bring back a backup: flashscan restore <backup>';

/** Opens the database for `look` and closes it afterwards. Returns null when there is no database yet. */
export function withDatabase<T>(
  { database_file: file }: Env,
  read: (sqlite: Sqlite.Database) => T,
): T | null {
  if (!existsSync(file)) return null;
  const sqlite = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 2000 });
  try {
    return read(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Reads every page, so this takes a while for a large database. */
export const database: Check = (env) => {
  try {
    const findings = withDatabase(env, (sqlite) => {
      const found = sqlite.pragma('quick_check(1)', { simple: true });
      if (found !== 'ok') return [fail('database', `damaged: ${found}`, RESTORE_ADVICE)];
      const brokenRows = (sqlite.pragma('foreign_key_check') as unknown[]).length;
      if (brokenRows > 0) return [fail('database', `${brokenRows} rows point at nothing`, RESTORE_ADVICE)];
      const { size } = statSync(env.database_file);
      return [
        ok('database', `whole, ${formatBytes(size)}`),
        migrations(sqlite),
        log(env),
        administrator(sqlite),
      ];
    });
    return findings ?? [ok('database', `${env.database_file} is made by the first start`)];
  } catch (error) {
    return [
      fail(
        'database',
        toMessage(error),
        `if it cannot be opened by the user who runs Flashscan, ${RESTORE_ADVICE}`,
      ),
    ];
  }
};

function migrations(sqlite: Sqlite.Database): Finding {
  const known = countMigrations();
  const applied = sqlite.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get() as number;
  if (applied > known) {
    return fail(
      'migrations',
      `the database has seen ${applied}, this version knows ${known}`,
      'install the version that made it, or restore a backup made before that',
    );
  }
  if (applied < known) {
    return warn(
      'migrations',
      `${known - applied} are still to be made`,
      'start the server or run flashscan migrate; a backup is made first',
    );
  }
  return ok('migrations', `all ${known} are made`);
}

function log({ database_file }: Env): Finding {
  const size = statSync(`${database_file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LARGE_LOG) return ok('write-ahead log', formatBytes(size));
  return warn(
    'write-ahead log',
    formatBytes(size),
    'something reads without end and keeps it from being emptied: close other programs that have the database open, or restart',
  );
}

function administrator(sqlite: Sqlite.Database): Finding {
  const one = sqlite
    .prepare("SELECT username FROM users WHERE role = 'admin' ORDER BY id LIMIT 1")
    .pluck()
    .get();
  if (one !== undefined) return ok('administrator', String(one));
  return warn(
    'administrator',
    'there is none',
    'flashscan user create <e-mail> --admin, or start the server',
  );
}

const OLDEST = Date.UTC(2026, 0, 1);
const SKEW_MS = 5 * 60_000;

/** Sessions, leases and rate limits depend on the clock. */
export const checkClock: Check = (env) => {
  const now = Date.now();
  const advice = 'set the clock, best by NTP: timedatectl set-ntp true';
  const shown = new Date(now).toISOString();
  if (now < OLDEST) return [fail('clock', `${shown} is before this version was made`, advice)];
  const newest = withDatabase(env, (sqlite) =>
    sqlite.prepare('SELECT created_at FROM events ORDER BY id DESC LIMIT 1').pluck().get(),
  ) as number | undefined | null;
  if (newest && newest > now + SKEW_MS) {
    const then = new Date(newest).toISOString();
    return [fail('clock', `it is ${shown}, and the newest event is of ${then}: it was set back`, advice)];
  }
  return [ok('clock', shown)];
};
