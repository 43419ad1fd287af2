import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, PASSWORD, type TestApp, type TestClient, testApp } from '../../support/app.ts';

const scan = (it: TestClient) => it.post('/scan/analyze', { url: 'https://example.com' });
const login = (it: TestClient, email: string) =>
  it.post('/auth/login', { email, password: 'not the password' });

test('the sixty-first scan in a minute is refused, with the seconds to wait', async () => {
  const { client, clock } = testApp({ rate_limits: true, alone: true });
  const it = client();
  await it.get('/auth/status');
  for (let n = 1; n <= 60; n++) {
    const { status, headers } = await scan(it);
    expect([status, headers.get('ratelimit-remaining')]).toEqual([200, String(60 - n)]);
  }
  const { status, body, headers } = await scan(it);
  expect(status).toBe(429);
  expect(body).toMatchObject({
    code: 'RATE_LIMIT_EXCEEDED',
    message: '요청 제한을 초과했습니다. 잠시 후 다시 시도해주세요.',
    retry_after: expect.any(Number),
  });
  expect(headers.get('retry-after')).toBe(String(body.retry_after));
  expect(body.retry_after).toBeGreaterThan(50);
  const other = client();
  await other.get('/auth/status');
  expect((await scan(other)).status).toBe(200);
  clock.advance('61s');
  expect((await scan(it)).status).toBe(200);
});

test('a batch counts as that many scans', async () => {
  const { client } = testApp({ rate_limits: true, alone: true });
  const it = client();
  await it.get('/auth/status');
  const urls = (n: number) => Array.from({ length: n }, (_, i) => `https://example.com/${i}`);
  expect((await it.post('/scan/batch', { urls: urls(50) })).status).toBe(200);
  expect((await it.post('/scan/batch', { urls: urls(11) })).status).toBe(429);
  expect((await it.post('/scan/batch', { urls: urls(10) })).status).toBe(200);
  expect((await scan(it)).status).toBe(429);
});

test('a batch of more than a minute’s worth is let into an unused window and makes it longer', async () => {
  const { client, clock } = testApp({ rate_limits: true, alone: true });
  const it = client();
  await it.get('/auth/status');
  const urls = Array.from({ length: 100 }, (_, i) => `https://example.com/${i}`);
  expect((await it.post('/scan/batch', { urls })).status).toBe(200);
  clock.advance('61s');
  expect((await scan(it)).status).toBe(429);
  clock.advance('60s');
  expect((await scan(it)).status).toBe(200);
});

/** Logs in from an address behind a trusted proxy. */
const from = ({ client }: Pick<TestApp, 'client'>, address: string, fields: object, more: object = {}) =>
  client().post('/auth/login', { password: 'wrong', ...fields }, { 'x-forwarded-for': address, ...more });
const statuses = async (answers: Promise<Answer>[]) =>
  (await Promise.all(answers)).map(({ status }) => status);

test('a batch of logins is as many attempts: five at one account, fifty from one address', async () => {
  const { client, user } = testApp({ rate_limits: true });
  await user('alice');
  const codes = async (emails: string[]) => {
    const names = emails.map(() => 'auth.login').join(',');
    const inputs = Object.fromEntries(emails.map((email, i) => [i, { email, password: 'not it' }]));
    const { body } = await client().post(`/trpc/${names}?batch=1`, inputs);
    const all = body.map((one: { error: { data: { code: string } } }) => one.error.data.code) as string[];
    return [...new Set(all)].sort().map((code) => [code, all.filter((one) => one === code).length]);
  };
  expect(await codes(Array(10).fill('alice@example.com'))).toEqual([
    ['AUTH_FAILED', 5],
    ['RATE_LIMIT_EXCEEDED', 5],
  ]);
  expect(await codes(Array.from({ length: 60 }, (_, n) => `nobody${n}@example.com`))).toEqual([
    ['AUTH_FAILED', 45],
    ['RATE_LIMIT_EXCEEDED', 15],
  ]);
});

test('failures at an account from one address count together, by whichever name; successes do not count', async () => {
  const app = testApp({ rate_limits: true, trust_proxy: 1 });
  await app.user('alice');
  const right = { email: 'alice@example.com', password: PASSWORD };
  for (let n = 0; n < 8; n++) expect((await from(app, '10.0.0.1', right)).status).toBe(200);
  const names = ['alice@example.com', 'ALICE@example.com ', 'alice', 'Alice', 'ａｌｉｃｅ'];
  for (const username of names) expect((await from(app, '10.0.0.1', { username })).status).toBe(401);
  expect((await from(app, '10.0.0.1', right)).status).toBe(429);
  app.clock.advance('301s');
  expect((await from(app, '10.0.0.1', right)).status).toBe(200);
});

test('nobody keeps another out: an address that has logged in before is not affected by failures elsewhere', async () => {
  const app = testApp({ rate_limits: true, trust_proxy: 1 });
  await app.user('alice');
  const right = { email: 'alice@example.com', password: PASSWORD };
  expect((await from(app, '10.0.0.1', right)).status).toBe(200);
  for (let n = 0; n < 6; n++) await from(app, '10.9.9.9', { username: 'alice' });
  // Another address, known or not, is let in.
  expect(await statuses(['10.0.0.1', '10.0.0.2'].map((address) => from(app, address, right)))).toEqual([
    200, 200,
  ]);
  for (let n = 0; n < 50; n++) await from(app, `10.1.${n}.1`, { username: 'alice' });
  expect(await statuses(['10.0.0.1', '10.0.0.2'].map((address) => from(app, address, right)))).toEqual([
    200, 200,
  ]);
  // Guesses from many addresses are limited together.
  expect((await from(app, '10.2.0.1', right)).status).toBe(429);
});

test('guesses of the old password are failures of the same account', async () => {
  const { user } = testApp({ rate_limits: true });
  const alice = await user('alice');
  const change = { old_password: 'wrong', new_password: 'a_new_strong_password' };
  for (let n = 0; n < 5; n++) expect((await alice.post('/me', change)).status).toBe(401);
  expect((await alice.post('/me', { ...change, old_password: PASSWORD })).status).toBe(429);
});

test('an address is one whatever its port, brackets, spelling or place in its IPv6 network', async () => {
  const app = testApp({ rate_limits: true, trust_proxy: 1 });
  await app.user('alice');
  const groups = [
    Array.from({ length: 6 }, (_, n) => `8.8.8.8:${1000 + n}`),
    ['1.2.3.4', '::ffff:1.2.3.4', '[::ffff:1.2.3.4]:80', '::FFFF:102:304', ' 1.2.3.4 ', '"1.2.3.4:9"'],
    Array.from({ length: 6 }, (_, n) => `2001:db8:0:1::${n}`),
    [
      '2001:db8::1',
      '2001:DB8:0:0:ffff::',
      '[2001:db8::2]',
      '[2001:db8::3]:443',
      '2001:0db8::4%eth0',
      '2001:db8::5',
    ],
  ];
  for (const [n, addresses] of groups.entries()) {
    const seen = [];
    for (const address of addresses)
      seen.push((await from(app, address, { username: `someone${n}` })).status);
    expect([n, seen]).toEqual([n, [401, 401, 401, 401, 401, 429]]);
  }
  expect((await from(app, '2001:db8:0:2::1', { username: 'someone3' })).status).toBe(401);
});

test('a forwarded address is not believed unless the proxy is trusted', async () => {
  const app = testApp({ rate_limits: true });
  const seen = [];
  for (let n = 0; n < 6; n++) seen.push((await from(app, `10.0.0.${n}`, { username: 'someone' })).status);
  expect(seen).toEqual([401, 401, 401, 401, 401, 429]);
});

test('registering is limited by address, whatever guests it makes up', async () => {
  const { client } = testApp({ rate_limits: true });
  const seen = [];
  for (let n = 0; n < 11; n++) {
    const it = client();
    await it.get('/auth/status');
    seen.push((await it.post('/auth/register', { email: `p${n}@example.com`, password: PASSWORD })).status);
  }
  expect(seen).toEqual([...Array(10).fill(201), 429]);
});

test('farmed guests gain nothing: ten callers’ worth is all that an address has', async () => {
  const { client, deps } = testApp({ rate_limits: true, alone: true });
  const urls = Array.from({ length: 60 }, (_, i) => `https://example.com/${i}`);
  // Without a cookie, an address is one caller.
  expect((await client().post('/scan/batch', { urls })).status).toBe(200);
  expect((await client().post('/scan/batch', { urls })).status).toBe(429);
  const seen = [];
  for (let n = 0; n < 12; n++) {
    const guest = client();
    await guest.get('/auth/status');
    seen.push((await guest.post('/scan/batch', { urls })).status);
  }
  expect(seen).toEqual([...Array(9).fill(200), 429, 429, 429]);
  const guests = () =>
    deps.db.$client.prepare("SELECT count(*) FROM principals WHERE kind = 'guest'").pluck().get();
  const codes = new Set<number>();
  for (let n = 0; n < 700; n++) codes.add((await client().post('/scan/batch', {})).status);
  expect([...codes].sort()).toEqual([400, 429]);
  expect(guests()).toBeLessThanOrEqual(600);
});

test('a read writes nothing to be counted, and what was counted is written a little later', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'test.db');
  const first = testApp({ rate_limits: true, file, alone: true });
  const alice = await first.user('alice');
  const changes = () => first.deps.db.$client.prepare('SELECT total_changes()').pluck().get();
  const before = changes();
  for (let n = 0; n < 20; n++) expect((await alice.get('/me')).status).toBe(200);
  expect(changes()).toBe(before);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const second = testApp({ rate_limits: true, file, alone: true });
  const elsewhere = second.client();
  elsewhere.token = alice.token;
  const { headers } = await elsewhere.get('/me');
  expect(Number(headers.get('ratelimit-remaining'))).toBeLessThanOrEqual(600 - 21);
  // What the second process counts, the first one hears.
  for (let n = 0; n < 100; n++) await elsewhere.get('/me');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await alice.get('/me');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(Number((await alice.get('/me')).headers.get('ratelimit-remaining'))).toBeLessThanOrEqual(600 - 122);
});

test('limits survive a restart and are shared by processes of one database', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'test.db');
  const first = testApp({ rate_limits: true, file });
  for (let n = 0; n < 3; n++) await login(first.client(), 'alice@example.com');
  const second = testApp({ rate_limits: true, file });
  const seen = [];
  for (let n = 3; n < 6; n++) seen.push((await login(second.client(), 'alice@example.com')).status);
  expect(seen).toEqual([401, 401, 429]);
});

test('everything else is limited to 600 calls a minute, tRPC and REST together', async () => {
  const { client } = testApp({ rate_limits: true, alone: true });
  const it = client();
  await it.get('/auth/status');
  const names = Array.from({ length: 50 }, () => 'history.list').join(',');
  const input = encodeURIComponent(
    JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [i, {}]))),
  );
  for (let n = 0; n < 12; n++)
    expect((await it.get(`/trpc/${names}?batch=1&input=${input}`)).status).toBe(200);
  expect((await it.get('/history')).status).toBe(429);
  expect((await it.get('/health')).status).toBe(200);
});
