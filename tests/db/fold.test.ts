import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../db/index.ts';
import { findUserByName } from '../../routers/accounts/auth/users.ts';
import { resolveInPackage } from '../../server/process/env.ts';

const MIGRATIONS = resolveInPackage('drizzle');

/** The migrations before names were folded. */
function migrationsBefore(folder: string, tag: string): string {
  const target = path.join(folder, 'before');
  mkdirSync(path.join(target, 'meta'), { recursive: true });
  const file = path.join(MIGRATIONS, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] };
  const at = journal.entries.findIndex((entry) => entry.tag.endsWith(tag));
  expect(at).toBeGreaterThan(0);
  const entries = journal.entries.slice(0, at);
  writeFileSync(path.join(target, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  for (const entry of entries)
    copyFileSync(path.join(MIGRATIONS, `${entry.tag}.sql`), path.join(target, `${entry.tag}.sql`));
  return target;
}

test('accounts from before names were folded keep working, and of those with one name the oldest keeps it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-fold-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'test.db');
  closeDatabase(openDatabase({ file, migrations: migrationsBefore(folder, '_account_security') }));
  const sqlite = new Sqlite(file);
  const people = [
    ['Éric', 'eric@example.com'],
    ['éric', 'eric2@example.com'],
    ['김철수', 'kim@example.com'],
    ['김철수'.normalize('NFD'), 'kim2@example.com'],
    ['ＭＩＮＡ', 'mina@example.com'],
    ['plain', 'Lee@例え.jp'],
    ['other', 'lee@xn--r8jz45g.jp'],
  ];
  for (const [n, [username, email]] of people.entries()) {
    sqlite.prepare("INSERT INTO principals (id, kind, created_at) VALUES (?, 'user', 0)").run(n + 1);
    sqlite
      .prepare(
        'INSERT INTO users (id, user_id, email, username, nickname, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 0, 0)',
      )
      .run(n + 1, `user_20260101_${n}`, email, username, username);
  }
  sqlite.close();
  const db = openDatabase({ file, migrations: MIGRATIONS });
  onTestFinished(() => closeDatabase(db));
  const id = (name: string) => findUserByName(db, name)?.id;
  expect(['ÉRIC', '김철수'.normalize('NFD'), 'mina', 'LEE@例え.JP'].map(id)).toEqual([1, 3, 5, 6]);
  expect([id('eric2@example.com'), id('kim2@example.com'), id('other')]).toEqual([2, 4, 7]);
  const names = db.$client.prepare('SELECT username FROM users WHERE id IN (2, 4)').pluck().all() as string[];
  for (const [n, name] of names.entries()) {
    expect(name).toMatch(/-\d-[0-9a-f]{6}$/);
    expect(id(name)).toBe([2, 4][n]);
  }
  expect(db.$client.prepare('SELECT email FROM users WHERE id = 7').pluck().get()).toBe('lee@xn--r8jz45g.jp');
});
