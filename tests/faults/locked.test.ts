import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder } from '../server/process/run.ts';
import { testApp } from '../support/app.ts';

const scan = (n: number) => ({ url: `https://example.com/${n}` });

test('while another process holds the database, writes are told to come again, reads go on, and nobody waits long', async () => {
  const file = path.join(emptyFolder(), 'flashscan.db');
  const app = testApp({ file, busy_timeout: 400, rate_limits: true });
  const it = await app.user('kim');
  await it.post('/scan/analyze', scan(0));
  const other = new Sqlite(file);
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');

  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => it.post('/scan/analyze', scan(n))));
  const took = performance.now() - began;
  for (const { status, body, headers } of answers) {
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'DB_BUSY', '5']);
  }
  // The first waited its 400 ms; with that patience for each of the others it would be eight seconds.
  expect(took).toBeGreaterThan(390);
  expect(took).toBeLessThan(3000);
  expect((await it.get('/history')).body.data.total).toBe(1);
  expect((await it.query('history.list')).status).toBe(200);
  expect((await it.get('/health/ready')).status).toBe(200);

  other.exec('ROLLBACK');
  const { status, headers } = await it.post('/scan/analyze', scan(1));
  expect([status, headers.get('retry-after')]).toEqual([200, null]);
  expect(app.deps.db.$client.pragma('busy_timeout', { simple: true })).toBe(400);
});

test('a database that may only be read serves what is there and says so of the rest, until it may be written', async () => {
  const app = testApp({ rate_limits: true });
  const it = await app.user('kim');
  await it.post('/scan/analyze', scan(0));
  app.deps.db.$client.pragma('query_only = ON');
  const { status, body } = await it.post('/scan/analyze', scan(1), { 'accept-language': 'en' });
  expect([status, body.code]).toEqual([503, 'STORAGE_READ_ONLY']);
  expect(body.message).toMatch(/cannot be written/);
  expect((await it.get('/history')).body.data.total).toBe(1);
  app.deps.db.$client.pragma('query_only = OFF');
  expect((await it.post('/scan/analyze', scan(1))).status).toBe(200);
});
