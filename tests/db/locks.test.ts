import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, openDatabase, transact } from '../../db/index.ts';
import { resolveInPackage } from '../../server/process/env.ts';

test('what is waited for a lock that another process holds is told, and when it is not to be had', () => {
  const file = path.join(tmpdir(), `flashscan-locks-${process.pid}.db`);
  const waits: number[] = [];
  let busy = 0;
  const watch = {
    transaction: (waited: number) => void waits.push(waited),
    busy: () => void busy++,
    slow: { ms: 60_000, report: () => {} },
  };
  const db = openDatabase({ file, migrations: resolveInPackage('drizzle'), busyTimeout: 30, watch });
  const other = new Sqlite(file);
  onTestFinished(() => {
    other.close();
    closeDatabase(db);
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  });
  transact(db, () => {});
  other.exec('BEGIN IMMEDIATE');
  expect(() => transact(db, () => {})).toThrow('locked');
  expect(busy).toBe(1);
  expect(() => db.$client.prepare('DELETE FROM rate_limits').run()).toThrow('locked');
  expect(busy).toBe(2);
  other.exec('ROLLBACK');
  transact(db, () => {});
  const [free, held, freed] = waits as [number, number, number];
  expect(waits).toHaveLength(3);
  expect(held).toBeGreaterThanOrEqual(25);
  expect(Math.max(free, freed)).toBeLessThan(held);
});
