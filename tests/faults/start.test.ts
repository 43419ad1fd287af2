import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../db/index.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { emptyFolder } from '../server/process/run.ts';
import { smallDisk } from './disk.ts';

const migrations = resolveInPackage('drizzle');

/** A database with the product's tables, in `folder`. */
function madeIn(folder: string): string {
  const file = path.join(folder, 'flashscan.db');
  closeDatabase(openDatabase({ file, migrations }));
  return file;
}

test('a damaged database stops the start with what to do, and is left as it is', () => {
  const folder = emptyFolder();
  const file = madeIn(folder);
  for (const damage of [
    (bytes: Buffer) => bytes.fill('x', 0, 100),
    (bytes: Buffer) => bytes.fill('x', 100, 4096),
  ]) {
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    expect(() => openDatabase({ file, migrations })).toThrow(/flashscan\.db is damaged .*flashscan restore/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  }
});

test('a database that may not be written stops the start with whose it should be', (context) => {
  const disk = smallDisk(8);
  if (!disk) return context.skip('mounting a disk is not permitted here');
  onTestFinished(disk.unmount);
  const file = madeIn(disk.folder);
  execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
  expect(() => openDatabase({ file, migrations })).toThrow(/flashscan\.db cannot be written .*chown/);
  execFileSync('mount', ['-o', 'remount,rw', disk.folder]);
  closeDatabase(openDatabase({ file, migrations }));
});

test('a full disk and another program that holds the database stop the start with a sentence', (context) => {
  const held = madeIn(emptyFolder());
  const other = new Sqlite(held);
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  expect(() => openDatabase({ file: held, migrations, busyTimeout: 20 })).toThrow(
    /another program holds .*flashscan\.db/,
  );

  const disk = smallDisk(8);
  if (!disk) return context.skip('mounting a disk is not permitted here');
  onTestFinished(disk.unmount);
  const file = madeIn(disk.folder);
  disk.fill();
  expect(() => openDatabase({ file, migrations })).toThrow(/the disk of .*flashscan\.db is full/);
  disk.free();
  closeDatabase(openDatabase({ file, migrations }));
});

test('a database of another version is refused, and one that cannot be brought up to date is left as it was', () => {
  const newer = madeIn(emptyFolder());
  const sqlite = new Sqlite(newer);
  sqlite
    .prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', ?)")
    .run(Date.UTC(2030, 0, 1));
  sqlite.close();
  expect(() => openDatabase({ file: newer, migrations })).toThrow(/another version .*2030-01-01/);

  const file = path.join(emptyFolder(), 'flashscan.db');
  const foreign = new Sqlite(file);
  foreign.exec('CREATE TABLE users (id)');
  foreign.close();
  expect(() => openDatabase({ file, migrations })).toThrow(
    /could not be brought up to date .*already exists/,
  );
  const left = new Sqlite(file);
  onTestFinished(() => void left.close());
  expect(left.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()).toContain(
    'users',
  );
  expect(left.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").pluck().get()).toBeLessThan(
    5,
  );
});
