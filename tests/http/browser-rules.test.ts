import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const URL_BODY = { url: 'https://example.com' };

test('a cross-site POST with a cookie is refused, a same-site one is not', async () => {
  const { client } = testApp();
  const it = client();
  await it.get('/auth/status');
  const from = (headers: Record<string, string>) => it.post('/scan/analyze', URL_BODY, headers);
  for (const headers of [
    { origin: 'https://attacker.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const { status, body } = await from(headers as Record<string, string>);
    expect([status, body.code], JSON.stringify(headers)).toEqual([403, 'FORBIDDEN']);
  }
  expect((await from({ origin: 'http://localhost' })).status).toBe(200);
  expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  expect((await from({})).status).toBe(200);
  const native = await it.post('/trpc/scan.analyze', URL_BODY, { origin: 'https://attacker.example' });
  expect(native.status).toBe(403);
});

test('a token needs no such guard: no browser sends it by itself', async () => {
  const { user } = testApp();
  const alice = await user('alice');
  const { status } = await alice.post('/scan/analyze', URL_BODY, { origin: 'https://attacker.example' });
  expect(status).toBe(200);
});

test('origins that are configured may read answers and send cookies; others may not', async () => {
  const { client } = testApp({ cors_origins: ['https://app.example'] });
  const it = client();
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const preflight = await it.send('/scan/analyze', {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', ...asked },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
  await it.get('/auth/status');
  const ours = await it.post('/scan/analyze', URL_BODY, { origin: 'https://app.example' });
  expect([ours.status, ours.headers.get('access-control-allow-origin')]).toEqual([
    200,
    'https://app.example',
  ]);
  const theirs = await it.get('/health', { origin: 'https://attacker.example' });
  expect(theirs.headers.get('access-control-allow-origin')).toBeNull();
});

test('the cookie is Secure when a trusted proxy says the request came over HTTPS', async () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.0.0.1' };
  const trusted = await testApp({ trust_proxy: 1 }).client().get('/auth/status', https);
  expect(trusted.headers.get('set-cookie')).toContain('; Secure');
  const untrusted = await testApp().client().get('/auth/status', https);
  expect(untrusted.headers.get('set-cookie')).not.toContain('Secure');
});

test('answers carry the security headers', async () => {
  const { headers } = await testApp().client().get('/health');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('the log tells who did what in one line, and nothing that was scanned or secret', async () => {
  const { user, logged } = testApp();
  const alice = await user('alice');
  logged.length = 0;
  await alice.post('/scan/analyze', { url: 'https://example.com/secret-path?token=abc123' });
  await alice.get('/history?limit=5');
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatchObject({
    method: 'POST',
    route: '/scan/analyze',
    status: 200,
    caller: 'user',
    caller_id: alice.id,
    request_id: expect.any(String),
    ms: expect.any(Number),
  });
  const text = JSON.stringify(logged);
  for (const secret of ['secret-path', 'abc123', 'alice', alice.token as string, 'limit']) {
    expect(text).not.toContain(secret);
  }
});
