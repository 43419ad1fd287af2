import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PASSWORD, type TestClient, testApp } from '../../support/app.ts';

const scan = (it: TestClient) => it.post('/scan/analyze', { url: 'https://example.com' });
const login = (it: TestClient, email: string) =>
  it.post('/auth/login', { email, password: 'not the password' });

test('the sixty-first scan in a minute is refused, with the seconds to wait', async () => {
  const { client, clock } = testApp({ rate_limits: true });
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
  const { client } = testApp({ rate_limits: true });
  const it = client();
  await it.get('/auth/status');
  const urls = (n: number) => Array.from({ length: n }, (_, i) => `https://example.com/${i}`);
  expect((await it.post('/scan/batch', { urls: urls(50) })).status).toBe(200);
  expect((await it.post('/scan/batch', { urls: urls(11) })).status).toBe(429);
  expect((await it.post('/scan/batch', { urls: urls(10) })).status).toBe(200);
  expect((await scan(it)).status).toBe(429);
});

test('a batch of more than a minute’s worth is let into an unused window and makes it longer', async () => {
  const { client, clock } = testApp({ rate_limits: true });
  const it = client();
  await it.get('/auth/status');
  const urls = Array.from({ length: 100 }, (_, i) => `https://example.com/${i}`);
  expect((await it.post('/scan/batch', { urls })).status).toBe(200);
  clock.advance('61s');
  expect((await scan(it)).status).toBe(429);
  clock.advance('60s');
  expect((await scan(it)).status).toBe(200);
});

test('ten logins in one batch are ten attempts', async () => {
  const { client, user } = testApp({ rate_limits: true });
  await user('alice');
  const names = Array.from({ length: 10 }, () => 'auth.login').join(',');
  const inputs = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [i, { email: `nobody${i}@example.com`, password: 'not it' }]),
  );
  const { body } = await client().post(`/trpc/${names}?batch=1`, inputs);
  const codes = body.map((one: { error: { data: { code: string } } }) => one.error.data.code);
  expect(codes.filter((code: string) => code === 'AUTH_FAILED')).toHaveLength(5);
  expect(codes.filter((code: string) => code === 'RATE_LIMIT_EXCEEDED')).toHaveLength(5);
  expect((await login(client(), 'alice@example.com')).status).toBe(429);
});

test('attempts on one account count together wherever they come from, successes too', async () => {
  const { client, user } = testApp({ rate_limits: true, trust_proxy: 1 });
  await user('alice');
  const from = (address: string, password: string, email = 'alice@example.com') =>
    client().post('/auth/login', { email, password }, { 'x-forwarded-for': `1.1.1.1, ${address}` });
  expect((await from('10.0.0.1', PASSWORD)).status).toBe(200);
  for (const n of [2, 3, 4, 5]) expect((await from(`10.0.0.${n}`, 'wrong')).status).toBe(401);
  expect((await from('10.0.0.6', PASSWORD)).status).toBe(429);
  expect((await from('10.0.0.7', PASSWORD, 'ALICE@example.com')).status).toBe(429);
  expect((await from('10.0.0.6', 'wrong', 'bob@example.com')).status).toBe(401);
});

test('a forwarded address is not believed unless the proxy is trusted', async () => {
  const { client } = testApp({ rate_limits: true });
  const tries = [];
  for (let n = 0; n < 6; n++) {
    tries.push(
      await client().post(
        '/auth/login',
        { email: `n${n}@example.com`, password: 'x' },
        { 'x-forwarded-for': `10.0.0.${n}` },
      ),
    );
  }
  expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
});

test('limits survive a restart and are shared by processes of one database', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'test.db');
  const first = testApp({ rate_limits: true, file });
  for (let n = 0; n < 3; n++) await login(first.client(), `${n}@example.com`);
  const second = testApp({ rate_limits: true, file });
  const statuses = [];
  for (let n = 3; n < 6; n++) statuses.push((await login(second.client(), `${n}@example.com`)).status);
  expect(statuses).toEqual([401, 401, 429]);
});

test('everything else is limited to 600 calls a minute, tRPC and REST together', async () => {
  const { client } = testApp({ rate_limits: true });
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
