import { expect, test, vi } from 'vitest';
import { notifications, push_outbox, push_tokens, transact } from '../../../db/index.ts';
import type { User } from '../../../routers/core/context.ts';
import type { UserContext } from '../../../routers/core/procedures.ts';
import { subscribeEvents } from '../../../routers/inbox/events/subscribe.ts';
import { countOpenJobs, listWaitingPushes } from '../../../routers/maintenance/queue-depths.ts';
import { METRICS_TOKEN, type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { queue, workshop } from '../../support/queue.ts';

/** What `/metrics` says now, by name and labels as they stand there. */
async function readMetrics(app: TestApp): Promise<(line: string) => number | undefined> {
  const answer = await app.client().get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
  expect(answer.status).toBe(200);
  const lines = (answer.body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
  return (line) => values.get(`flashscan_${line}`);
}

const calls = (operation: string, status: number) =>
  `requests_total{operation="${operation}",status="${status}"}`;

test('calls are counted by operation and status, over REST and tRPC alike', async () => {
  const app = testApp();
  const it = app.client();
  await it.post('/scan/analyze', { url: 'https://example.com' });
  await it.post('/api/v1/scan/analyze', { url: 'https://example.com' });
  await it.mutate('scan.analyze', { url: 'https://example.org' });
  await it.post('/scan/analyze', { url: 'javascript:1' });
  await it.mutate('scan.analyze', {});
  await it.get('/me');
  const user = await app.user('alice');
  await user.post('/projects', { name: 'one' });
  const read = await readMetrics(app);
  expect(read(calls('scan.analyze', 200))).toBe(3);
  expect(read(calls('scan.analyze', 400))).toBe(2);
  expect(read('request_seconds_count{operation="scan.analyze"}')).toBe(5);
  expect(read(calls('me.get', 401))).toBe(1);
  expect(read(calls('auth.register', 201))).toBe(1);
});

test('ten calls in one batch are ten calls', async () => {
  const app = testApp();
  const names = ['health.get', 'health.get', 'me.get', 'nothing.such'].join(',');
  const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: {}, 2: {}, 3: {} }));
  await app.client().get(`/trpc/${names}?batch=1&input=${input}`);
  const read = await readMetrics(app);
  expect(read(calls('health.get', 200))).toBe(2);
  expect(read(calls('me.get', 401))).toBe(1);
  expect(read(calls('none', 404))).toBe(1);
});

test('what reaches no operation is counted under one name, and no path becomes a label', async () => {
  const app = testApp();
  const it = app.client();
  for (const path of ['/nothing', '/nothing/else', '/api/v1/secret-1234']) await it.get(path);
  await it.get('/trpc/no.such');
  await it.delete('/scan/analyze');
  await it.query('scan.analyze', { url: 'https://example.com' });
  await it.post('/scan/analyze', 'x'.repeat(1024 * 1024 + 1));
  await it.mutate('scan.analyze', { url: 'x'.repeat(1024 * 1024) });
  await it.send('/scan/analyze', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
  await it.post('/webhooks/git', {});
  await it.get('/docs/');
  await it.send('/scan/analyze', {
    method: 'POST',
    headers: { cookie: 'a=b', origin: 'https://evil.example' },
  });
  const read = await readMetrics(app);
  expect(read(calls('none', 404))).toBe(4);
  expect(read(calls('/scan/analyze', 405))).toBe(1);
  expect(read(calls('scan.analyze', 405))).toBe(1);
  expect(read(calls('scan.analyze', 413))).toBe(2);
  expect(read(calls('scan.analyze', 415))).toBe(1);
  expect(read(calls('/webhooks/git', 401))).toBe(1);
  expect(read(calls('/docs/*', 200))).toBe(1);
  expect(read(calls('none', 403))).toBe(1);
  const { body } = await it.get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
  expect(body).not.toMatch(/secret-1234|no\.such|nothing/);
});

test('a limit that is reached is counted for its operation', async () => {
  const app = testApp({ rate_limits: true });
  for (let i = 0; i < 6; i++)
    await app.client().post('/auth/login', { username: 'kim', password: 'wrong password' });
  const read = await readMetrics(app);
  expect(read(calls('auth.login', 401))).toBe(5);
  expect(read(calls('auth.login', 429))).toBe(1);
});

test('verdicts are counted by where they came from', async () => {
  const app = testApp();
  const admin = await app.admin();
  await admin.post('/admin/lists', { list: 'deny', kind: 'domain', entry: 'naver.com' });
  await admin.post('/scan/analyze', { url: 'https://naver.com/' });
  await admin.post('/scan/analyze', { url: 'https://example.com' });
  await admin.post('/scan/analyze', { url: 'https://example.com' });
  await admin.post('/scan/batch', { urls: ['https://example.com', 'https://example.org', 'tel:112'] });
  const read = await readMetrics(app);
  expect(read('scans_total{from="list"}')).toBe(1);
  expect(read('scans_total{from="model"}')).toBe(2);
  expect(read('scans_total{from="cache"}')).toBe(2);
});

test('transactions are measured, and a lock that is not to be had is counted', async () => {
  const app = testApp();
  const { db } = app.deps;
  const before = (await readMetrics(app))('sqlite_transaction_seconds_count') ?? 0;
  transact(db, () => db.transaction(() => {}));
  expect(() =>
    db.transaction(() => {
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    }),
  ).toThrow('locked');
  const read = await readMetrics(app);
  expect(read('sqlite_transaction_seconds_count')).toBe(before + 2);
  expect(read('sqlite_lock_wait_seconds_count')).toBe(before + 2);
  expect(read('sqlite_busy_total')).toBe(1);
});

test('open jobs are counted by state, and leases that run out', async () => {
  const app = testApp();
  const { it, project, a } = await workshop(app);
  for (let i = 0; i < 3; i++) await queue(it, project);
  await a.request();
  let read = await readMetrics(app);
  expect([read('jobs{state="pending"}'), read('jobs{state="assigned"}')]).toEqual([2, 1]);
  app.clock.advance('61s');
  await it.get(`/projects/${project}/jobs`);
  read = await readMetrics(app);
  expect([read('jobs{state="pending"}'), read('jobs{state="assigned"}')]).toEqual([3, 0]);
  expect(read('lease_expiries_total{then="requeued"}')).toBe(1);
});

test('pushes that wait are counted, and how long the first has been due', async () => {
  const app = testApp();
  const { db, clock } = app.deps;
  const alice = await app.user('alice');
  const device_token = 'a-device-token-of-alice-1234567890';
  await alice.post('/notifications/token', { device_token, platform: 'fcm' });
  const [token] = db.select({ id: push_tokens.id }).from(push_tokens).all();
  const now = clock.now();
  const notice = { principal_id: alice.id, type: 'broadcast', payload: {}, created_at: now } as const;
  const [notification] = db.insert(notifications).values(notice).returning().all();
  for (const due_at of [now - 30_000, now + 60_000])
    db.insert(push_outbox)
      .values({ notification_id: notification!.id, token_id: token!.id, platform: 'fcm', due_at })
      .run();
  const read = await readMetrics(app);
  expect(read('push_waiting{platform="fcm"}')).toBe(2);
  expect(read('push_overdue_seconds{platform="fcm"}')).toBeGreaterThanOrEqual(30);
});

test('a stream that does not take its events is seen, and so is how soon the others do', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { deps } = app;
  const caller = { kind: 'user', principal_id: alice.id, role: 'user', session_id: 1 } as User;
  const ctx = { ...deps, caller } as UserContext;
  const leave = new AbortController();
  const stream = subscribeEvents(ctx, null, leave.signal);
  const first = stream.next();
  deps.db.transaction((_tx) =>
    deps.emit({
      type: 'broadcast',
      principal_id: alice.id,
      payload: { event_type: 'x', payload: {}, timestamp: null, addressed: false },
    }),
  );
  await first;
  app.clock.advance('40s');
  let read = await readMetrics(app);
  expect(read('event_streams')).toBe(1);
  expect(read('event_oldest_undelivered_seconds')).toBeGreaterThanOrEqual(40);
  leave.abort();
  await stream.next();
  read = await readMetrics(app);
  expect([read('event_streams'), read('event_oldest_undelivered_seconds')]).toEqual([0, 0]);
  expect(read('event_delivery_seconds_count')).toBe(1);
  expect(read('event_delivery_seconds_bucket{le="10"}')).toBe(0);
});

test('a database that does not answer leaves its own figures out and no others', async () => {
  const app = testApp();
  await app.client().get('/health');
  app.deps.db.$client.close();
  const read = await readMetrics(app);
  expect(read('part_up{part="database"}')).toBe(0);
  expect(read('part_up{part="url_model"}')).toBe(1);
  expect(read('jobs{state="pending"}')).toBeUndefined();
  expect(read(calls('health.get', 200))).toBe(1);
});

test('counting what is open reads indexes of open work alone', () => {
  const { deps } = testApp();
  const { $client } = deps.db;
  const prepare = vi.spyOn($client, 'prepare');
  countOpenJobs(deps.db);
  listWaitingPushes(deps.db);
  const asked = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  const plans = asked.map((sql) =>
    ($client.prepare(`explain query plan ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail),
  );
  expect(plans).toEqual([
    ['SCAN jobs USING COVERING INDEX jobs_pending'],
    ['SEARCH jobs USING INDEX jobs_leases (lease_expires_at>?)', 'USE TEMP B-TREE FOR GROUP BY'],
    ['SCAN push_outbox USING COVERING INDEX push_outbox_due'],
  ]);
});

test('the figures are for who knows the token, and for administrators', async () => {
  const app = testApp();
  const as = async (it: TestClient, headers = {}) => (await it.get('/metrics', headers)).status;
  const alice = await app.user('alice');
  const admin = await app.admin();
  expect(await as(app.client())).toBe(401);
  expect(await as(app.client(), { authorization: 'Bearer a-token-of-the-metric' })).toBe(401);
  expect(await as(app.client(), { authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
  expect(await as(alice)).toBe(403);
  expect(await as(admin)).toBe(200);
  const wrong = await app.client().post('/metrics', {});
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});

test('no figure tells of anyone or of any address', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  await alice.post('/scan/analyze', { url: 'https://private.example/path?q=secret' });
  const { body, headers } = await alice.get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(body).not.toMatch(/alice|private\.example|secret|example\.com/);
});
