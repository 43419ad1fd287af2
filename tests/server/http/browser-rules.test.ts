import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

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
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
  expect(headers.get('cross-origin-resource-policy')).toBe('same-site');
  expect(headers.get('cache-control')).toBe('no-store');
  for (const name of ['server', 'x-powered-by']) expect(headers.get(name)).toBeNull();
});

test('they are there on errors, over tRPC, and on what is no operation at all', async () => {
  const it = testApp().client();
  for (const path of [
    '/nothing',
    '/me',
    '/trpc/health.get',
    '/trpc/%ff',
    '/openapi.json',
    '/device',
    '/docs/',
  ]) {
    const { headers } = await it.get(path);
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('x-frame-options'), path).toBe('DENY');
    expect(headers.get('content-security-policy'), path).toMatch(/default-src '(none|self)'/);
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
  }
});

test('the cookie is HttpOnly, Lax, for this host alone, and not for scripts', async () => {
  const { headers } = await testApp().client().get('/auth/status');
  const [pair, ...attributes] = (headers.get('set-cookie') as string).split('; ');
  expect(pair).toMatch(/^flask_auth_session=[\w-]{30,}$/);
  expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax']);
});

test('any origin, when it is configured, reads answers without credentials; headers that are sent are not mirrored', async () => {
  const it = testApp({ cors_origins: ['*'] }).client();
  const { headers } = await it.get('/health', { origin: 'https://anyone.example' });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-allow-credentials')).toBeNull();
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-anything' };
  const preflight = await it.send('/scan/analyze', {
    method: 'OPTIONS',
    headers: { origin: 'https://a.example', ...asked },
  });
  expect(preflight.headers.get('access-control-allow-headers')).not.toContain('x-anything');
});

test('a simple form of another site, which needs no preflight, does nothing with a cookie', async () => {
  const { client } = testApp();
  const it = client();
  await it.get('/auth/status');
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const headers = { 'content-type': type, origin: 'https://attacker.example' };
    for (const path of ['/auth/logout', '/trpc/auth.logout', '/scan/qr', '/device']) {
      const { status } = await it.post(path, 'a=b', headers);
      expect(status, `${path} ${type}`).toBe(403);
    }
  }
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
