import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, openDatabase, transact } from '../../db/index.ts';
import { resolveInPackage } from '../../server/process/env.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'flashscan-libsql-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function opened(file = ':memory:') {
  const db = openDatabase({ file, migrations: resolveInPackage('drizzle'), libsql: {} });
  onTestFinished(() => closeDatabase(db));
  db.$client.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB)');
  return db;
}

const count = (db: ReturnType<typeof opened>) =>
  db.$client.prepare('SELECT count(*) FROM t').pluck().get() as number;

test('rows, single values and lists come as they do from better-sqlite3', () => {
  const { $client } = opened();
  const put = $client.prepare('INSERT INTO t (name, bytes) VALUES (?, ?) RETURNING id');
  expect(put.get('a', Buffer.from([0, 255]))).toEqual({ id: 1 });
  expect(put.get(null, null)).toEqual({ id: 2 });
  const all = $client.prepare('SELECT id, name FROM t ORDER BY id');
  expect(all.get()).toEqual({ id: 1, name: 'a' });
  expect(all.source).toBe('SELECT id, name FROM t ORDER BY id');
  expect(all.pluck().all()).toEqual([1, 2]);
  expect(all.raw().get()).toEqual([1, 'a']);
  expect(
    $client
      .prepare('SELECT bytes FROM t WHERE bytes = ?')
      .pluck()
      .get(Buffer.from([0, 255])),
  ).toEqual(Buffer.from([0, 255]));
  expect($client.prepare('SELECT 1 FROM t WHERE id = ?').get(3)).toBeUndefined();
  expect($client.prepare('UPDATE t SET name = @name').run({ name: null })).toMatchObject({ changes: 2 });
  expect($client.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('a value that cannot be stored is refused, and the process lives', () => {
  const { $client } = opened();
  for (const value of [true, undefined, {}, Symbol('s')])
    expect(() => $client.prepare('SELECT ?').get(1, value)).toThrow(TypeError);
});

test('what breaks a rule of a table says which', () => {
  const { $client } = opened();
  const put = $client.prepare('INSERT INTO t (name) VALUES (?)');
  put.run('a');
  expect(() => put.run('a')).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' }));
  const orphan = $client.prepare('INSERT INTO settings (principal_id, updated_at) VALUES (99, 0)');
  expect(() => orphan.run()).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' }));
  expect(() => $client.prepare('SELEC')).toThrow(expect.objectContaining({ code: 'SQLITE_ERROR' }));
});

test('transactions roll back, nest, and take no promise', () => {
  const db = opened();
  const put = db.$client.prepare('INSERT INTO t (name) VALUES (?) RETURNING id');
  const fails = (name: string) => () => {
    put.get(name);
    throw new Error('no');
  };
  expect(() => transact(db, fails('a'))).toThrow('no');
  expect(count(db)).toBe(0);
  transact(db, () => {
    put.get('b');
    expect(() => transact(db, fails('c'))).toThrow('no');
    put.get('d');
  });
  expect(count(db)).toBe(2);
  expect(() => transact(db, async () => put.get('e'))).toThrow('cannot return a promise');
  expect(count(db)).toBe(2);
});

test('a row that was read does not keep the connection in the past', () => {
  const file = path.join(folder(), 'two.db');
  const [one, other] = [opened(file), openDatabase({ file, migrations: null, libsql: {} })];
  onTestFinished(() => closeDatabase(other));
  const put = one.$client.prepare('INSERT INTO t (name) VALUES (?)');
  const first = other.$client.prepare('SELECT name FROM t ORDER BY id DESC');
  for (const name of ['a', 'b', 'c']) {
    put.run(name);
    expect(first.pluck().get()).toBe(name);
  }
});

test('who waits too long for the write lock is told', () => {
  const file = path.join(folder(), 'busy.db');
  const one = opened(file);
  const other = openDatabase({ file, migrations: null, libsql: {}, busyTimeout: 50 });
  onTestFinished(() => closeDatabase(other));
  transact(one, () => {
    const put = () => other.$client.prepare("INSERT INTO t (name) VALUES ('x')").run();
    expect(put).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }));
  });
  expect(count(one)).toBe(0);
});
