import { expect, test } from 'vitest';
import { PASSWORD, type TestApp, type TestClient, testApp } from '../../support/app.ts';

const CLIENT = 'desktop-client-id';
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const typeIn = (client: TestClient, device_code: string) =>
  client.post('/device/login', { client_id: CLIENT, device_code });
const newCode = async (client: TestClient) => (await client.post('/device/codes')).body.device_code as string;
const listEvents = ({ deps }: TestApp, type: string) =>
  deps.db.$client.prepare('SELECT payload, principal_id FROM events WHERE type = ?').all(type);

test('a code from the browser logs the desktop app in, once, however it is typed', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const response = await alice.post('/device/codes');
  expect([response.status, response.body]).toEqual([
    201,
    { device_code: expect.stringMatching(/^[2-9A-HJKMNP-Z]{8}$/), expires_in: 600 },
  ]);
  const desktop = app.client();
  const typed = response.body.device_code.toLowerCase();
  const { status, body } = await typeIn(desktop, ` ${typed.slice(0, 4)}-${typed.slice(4)}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 3600,
    access: body.access_token,
    user: { id: alice.id, username: 'alice', email: 'alice@example.com' },
  });
  expect(desktop.cookie).toBeNull();
  desktop.token = body.access_token;
  expect((await desktop.get('/me')).body.id).toBe(alice.id);
  expect((await app.client().post('/auth/refresh', { refresh_token: body.refresh_token })).status).toBe(200);
  expect(listEvents(app, 'device.signed_in')).toEqual([
    { payload: JSON.stringify({ client_id: CLIENT }), principal_id: alice.id },
  ]);
  const again = await typeIn(app.client(), response.body.device_code);
  expect([again.status, again.body.code]).toEqual([401, 'DEVICE_CODE_INVALID']);
});

test('the example body of the guide gets the error of an unknown code', async () => {
  const body = { client_id: 'desktop-client-id', device_code: 'user-verification-code-from-browser' };
  const answer = await testApp().client().post('/device/login', body);
  expect([answer.status, answer.body.code]).toEqual([401, 'DEVICE_CODE_INVALID']);
});

test('a code is invalid after ten minutes and for a locked user, and is not in the database', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const late = await newCode(alice);
  app.clock.advance('601s');
  expect((await typeIn(app.client(), late)).status).toBe(401);
  const code = await newCode(alice);
  const rows = JSON.stringify(app.deps.db.$client.prepare('SELECT * FROM device_codes').all());
  expect(rows).not.toContain(code);
  app.deps.db.$client.prepare('UPDATE users SET locked_at = 1').run();
  expect((await typeIn(app.client(), code)).status).toBe(401);
  expect((await app.client().post('/device/codes')).body.code).toBe('AUTH_REQUIRED');
});

test('of many concurrent uses of one code, one logs in', async () => {
  const app = testApp();
  const code = await newCode(await app.user('alice'));
  const answers = await Promise.all(Array.from({ length: 20 }, () => typeIn(app.client(), code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('guesses are limited by address, of which a whole IPv6 network is one, and nobody is limited by others', async () => {
  const app = testApp({ rate_limits: true, trust_proxy: 1 });
  const guess = (address: string) =>
    app
      .client()
      .post('/device/login', { client_id: 'x', device_code: 'AAAAAAAA' }, { 'x-forwarded-for': address });
  for (let n = 0; n < 10; n++) expect((await guess('192.0.2.1')).status).toBe(401);
  expect((await guess('192.0.2.1')).body.code).toBe('RATE_LIMIT_EXCEEDED');
  expect((await guess('192.0.2.2')).status).toBe(401);
  for (let n = 0; n < 10; n++) expect((await guess(`2001:db8::${n}`)).status).toBe(401);
  expect((await guess('[2001:db8::ffff:1]:4711')).status).toBe(429);
  const code = await newCode(await app.user('alice'));
  for (let network = 3; network < 130; network++) await guess(`192.0.2.${network}`);
  const right = { client_id: CLIENT, device_code: code };
  const answer = await app.client().post('/device/login', right, { 'x-forwarded-for': '198.51.100.1' });
  expect(answer.status).toBe(200);
});

test('a user has five codes at most: a sixth ends the oldest', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const codes: string[] = [];
  for (let n = 0; n < 6; n++) {
    app.clock.advance('1s');
    codes.push(await newCode(alice));
  }
  expect(app.deps.db.$client.prepare('SELECT count(*) AS n FROM device_codes').get()).toEqual({ n: 5 });
  const [oldest, ...others] = codes as [string, ...string[]];
  expect((await typeIn(app.client(), oldest)).status).toBe(401);
  for (const code of others) expect((await typeIn(app.client(), code)).status).toBe(200);
});

test('a code is found however its halves are joined and its letters are written', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const full = (text: string) =>
    text.replace(/[A-Z0-9]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  for (const join of ['–', '.', '-', ' ', '—', 'ー', '−', '_', '']) {
    const code = await newCode(alice);
    expect((await typeIn(app.client(), `${code.slice(0, 4)}${join}${code.slice(4)}`)).status).toBe(200);
    const second = await newCode(alice);
    expect((await typeIn(app.client(), full(second).toLowerCase())).status).toBe(200);
  }
});

interface Granted {
  device_code: string;
  user_code: string;
}
const authorize = async (client: TestClient) =>
  (await client.post('/device/authorize', { client_id: CLIENT })).body as Granted;
const ask = (client: TestClient, device_code: string, more: object = {}) =>
  client.post('/device/token', { grant_type: GRANT, device_code, client_id: CLIENT, ...more });
const toErrorCode = async (answer: ReturnType<typeof ask>) => {
  const { status, body } = await answer;
  expect(body).toMatchObject({ status: 'error', message: expect.any(String), code: expect.any(String) });
  return `${status} ${body.error}`;
};
const form = (fields: Record<string, string>) =>
  [new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' }] as const;
/** What a browser sends from the page. */
const press = (client: TestClient, fields: Record<string, string>, origin = 'http://localhost') => {
  const [body, type] = form(fields);
  return client.post('/device', body, { ...type, origin, host: 'localhost' });
};
/** A browser: a cookie and no token. */
async function logInBrowser(app: TestApp, username: string): Promise<TestClient> {
  const client = app.client();
  await client.post('/auth/login', { username, password: PASSWORD });
  return client;
}

test('a device that shows a code is logged in with the calls of a standard client', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const device = app.client();
  const begun = await device.post('/device/authorize', ...form({ client_id: CLIENT, scope: 'openid' }));
  expect([begun.status, begun.body]).toEqual([
    200,
    {
      device_code: expect.stringMatching(/^fsd_/),
      user_code: expect.stringMatching(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/),
      verification_uri: 'http://localhost/device',
      verification_uri_complete: `http://localhost/device?user_code=${begun.body.user_code}`,
      expires_in: 600,
      interval: 5,
    },
  ]);
  expect(begun.headers.get('cache-control')).toBe('no-store');
  const { device_code, user_code } = begun.body;
  expect(await toErrorCode(ask(device, device_code))).toBe('400 authorization_pending');
  const browser = await logInBrowser(app, 'alice');
  const page = await browser.get(`/device?user_code=${user_code}`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(page.body).toContain(CLIENT);
  expect((await press(browser, { action: 'approve', user_code })).status).toBe(200);
  const tokenRequest = form({ grant_type: GRANT, device_code, client_id: CLIENT });
  const { status, body } = await device.post('/device/token', ...tokenRequest);
  expect([status, body.token_type, body.user.id]).toEqual([200, 'Bearer', alice.id]);
  expect((await device.get('/me', { authorization: `Bearer ${body.access_token}` })).body.id).toBe(alice.id);
  expect(listEvents(app, 'device.signed_in')).toHaveLength(1);
  expect(await toErrorCode(ask(device, device_code))).toBe('400 invalid_grant');
});

test('a device that polls too soon must slow down, and has a longer interval from then on', async () => {
  const { client, clock } = testApp();
  const guest = client();
  const { device_code } = await authorize(guest);
  expect(await toErrorCode(ask(guest, device_code))).toBe('400 authorization_pending');
  expect(await toErrorCode(ask(guest, device_code))).toBe('400 slow_down');
  clock.advance('6s');
  expect(await toErrorCode(ask(guest, device_code))).toBe('400 slow_down');
  clock.advance('15s');
  expect(await toErrorCode(ask(guest, device_code))).toBe('400 authorization_pending');
});

test('a device gets errors for a denial, an expired code and a wrong request', async () => {
  const app = testApp();
  await app.user('alice');
  const client = app.client();
  const denied = await authorize(client);
  await press(await logInBrowser(app, 'alice'), { action: 'deny', user_code: denied.user_code });
  expect(await toErrorCode(ask(client, denied.device_code))).toBe('400 access_denied');
  const { device_code } = await authorize(client);
  expect(await toErrorCode(ask(client, device_code, { client_id: 'another' }))).toBe('400 invalid_grant');
  expect(await toErrorCode(ask(client, device_code, { grant_type: 'password' }))).toBe(
    '400 unsupported_grant_type',
  );
  expect(await toErrorCode(client.post('/device/token', { grant_type: GRANT }))).toBe('400 invalid_request');
  expect(await toErrorCode(client.post('/device/authorize', {}))).toBe('400 invalid_request');
  app.clock.advance('601s');
  expect(await toErrorCode(ask(client, device_code))).toBe('400 expired_token');
});

test('the page asks for a login first, and continues with the code after it', async () => {
  const app = testApp();
  await app.user('alice');
  const { user_code } = await authorize(app.client());
  const browser = app.client();
  const first = await browser.get(`/device?user_code=${user_code}`);
  expect(first.body).toContain('name="password"');
  const wrong = await press(browser, {
    action: 'login',
    user_code,
    email: 'alice@example.com',
    password: 'no',
  });
  expect([wrong.status, wrong.body.includes('이메일 또는 비밀번호가 틀렸습니다')]).toEqual([401, true]);
  const right = { action: 'login', user_code, email: 'alice@example.com', password: PASSWORD };
  const login = await press(browser, right);
  expect([login.status, login.headers.get('location')]).toEqual([303, `/device?user_code=${user_code}`]);
  expect((await browser.get(`/device?user_code=${user_code}`)).body).toContain('value="approve"');
  expect((await press(browser, { action: 'logout', user_code })).status).toBe(303);
  expect((await browser.get('/device')).body).toContain('name="password"');
});

test('the page does nothing for another site, shows nothing as markup, and runs no script', async () => {
  const app = testApp();
  await app.user('alice');
  const client = app.client();
  const client_id = '<script>alert(1)</script>';
  const { user_code, device_code } = (await client.post('/device/authorize', { client_id })).body;
  const browser = await logInBrowser(app, 'alice');
  const { body, headers } = await browser.get(`/device?user_code=${user_code}`, { 'accept-language': 'en' });
  expect(body).not.toContain('<script');
  expect(body).toContain('&lt;script&gt;');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect([headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['DENY', 'same-origin']);
  for (const origin of ['https://evil.example', 'null']) {
    expect((await press(browser, { action: 'approve', user_code }, origin)).status, origin).toBe(403);
    // Nor is a browser without a session logged in as someone else.
    const login = { action: 'login', email: 'alice@example.com', password: PASSWORD };
    const stranger = app.client();
    expect((await press(stranger, login, origin)).status).toBe(403);
    expect(stranger.cookie).toBeNull();
  }
  expect(await toErrorCode(ask(client, device_code, { client_id }))).toBe('400 authorization_pending');
});

test('the page reports a code that is wrong, decided or expired, and decides nothing without a login', async () => {
  const app = testApp();
  await app.user('alice');
  await app.user('bob');
  const { user_code, device_code } = await authorize(app.client());
  const browser = await logInBrowser(app, 'alice');
  expect((await browser.get('/device?user_code=AAAA-AAAA')).status).toBe(401);
  expect((await press(app.client(), { action: 'approve', user_code })).body).toContain('name="password"');
  expect(await toErrorCode(ask(app.client(), device_code))).toBe('400 authorization_pending');
  expect((await press(browser, { action: 'approve', user_code })).status).toBe(200);
  const bob = await logInBrowser(app, 'bob');
  expect((await press(bob, { action: 'approve', user_code })).status).toBe(401);
  const late = await authorize(app.client());
  app.clock.advance('601s');
  expect((await press(browser, { action: 'approve', user_code: late.user_code })).status).toBe(401);
  const method = await browser.delete('/device');
  expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
});
