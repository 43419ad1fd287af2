import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { METRICS_TOKEN, type TestApp, testApp } from '../../support/app.ts';

const slow = (app: TestApp) =>
  app.deps.db.get(
    sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < ${20_000}) select count(*) from n where x <> ${'a secret'}`,
  );
const told = (app: TestApp) => app.logged.filter(({ message }) => message === 'slow statement');

test('a slow statement is told with its text and time, and without its parameters', async () => {
  const app = testApp({ slow_query_ms: 1 });
  slow(app);
  expect(told(app)).toContainEqual({
    sql: expect.stringContaining('where x <> ?'),
    ms: expect.any(Number),
    left_out: 0,
    message: 'slow statement',
  });
  expect(JSON.stringify(app.logged)).not.toMatch(/a secret|20000/);
  const { body } = await app.client().get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
  expect(Number(/^flashscan_sqlite_slow_statements_total (\d+)/m.exec(body)?.[1])).toBeGreaterThan(0);
});

test('a database that is slow at everything does not fill the log', () => {
  const app = testApp({ slow_query_ms: 1 });
  for (let i = 0; i < 50; i++) slow(app);
  expect(told(app).length).toBeLessThanOrEqual(40);
  const before = told(app).length;
  app.clock.advance('2m');
  slow(app);
  expect(told(app)).toHaveLength(before + 1);
  expect(told(app).at(-1)?.left_out).toBeGreaterThan(0);
});

test('quick statements are not told, and 0 has none measured', async () => {
  const quick = testApp({ slow_query_ms: 60_000 });
  slow(quick);
  const off = testApp({ slow_query_ms: 0 });
  slow(off);
  expect([...told(quick), ...told(off)]).toEqual([]);
});

test('what statements answer and throw is the same when they are measured', () => {
  const { deps } = testApp({ slow_query_ms: 60_000 });
  const client = deps.db.$client;
  expect(client.prepare('select ? as a').pluck().all(7)).toEqual([7]);
  expect(client.prepare('select 1 as a').raw().get()).toEqual([1]);
  expect([...client.prepare('select 1 as a').iterate()]).toEqual([{ a: 1 }]);
  expect(client.prepare('delete from users').run()).toMatchObject({ changes: 0 });
  expect(() => client.prepare('select ? as a').get()).toThrow('Too few parameter values');
  expect(() => client.prepare('select a from nowhere')).toThrow('no such table');
});
