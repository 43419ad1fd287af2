import { generateKeyPair, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { PASSWORD, type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { APPLE_ISSUER, localProvider } from '../../support/social-provider.ts';

/** The guide's example. */
const GOOGLE = { provider: 'google', access_token: 'social_provider_access_token' };
const KAKAO = { ...GOOGLE, provider: 'kakao' };
const apple = (access_token: string) => ({ provider: 'apple', access_token });

const ALICE = { sub: 'g-1', email: 'alice@example.com', email_verified: true, name: 'Alice Kim' };

async function social(options: object = {}) {
  const provider = await localProvider();
  const app = testApp({ ...options, social: provider.settings });
  return { ...app, provider, login: (body: object, client = app.client()) => signIn(client, body) };
}

const signIn = (client: TestClient, body: object) => client.post('/auth/mobile/login', body);
const accounts = (app: Pick<TestApp, 'deps'>) =>
  app.deps.db.$client.prepare('SELECT count(*) AS n FROM users').get();

test('the first login with Google creates an account, and the next one finds it', async () => {
  const { provider, login, client } = await social();
  provider.google(ALICE);
  const guest = client();
  const { status, body, headers } = await login(GOOGLE, guest);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'success',
    message: '로그인 성공',
    data: { nickname: 'Alice Kim', email: 'alice@example.com', user_type: 'registered' },
    token_type: 'Bearer',
    access: body.access_token,
  });
  expect(headers.get('set-cookie')).toMatch(/^flask_auth_session=/);
  expect(provider.asked).toEqual([
    '/oauth2/v3/tokeninfo Bearer social_provider_access_token',
    '/oauth2/v3/userinfo Bearer social_provider_access_token',
  ]);
  expect((await guest.get('/me')).body).toMatchObject({ username: 'alice', email: 'alice@example.com' });
  provider.google({ ...ALICE, email: 'moved@example.com' });
  const again = await client().post('/api/v1/auth/mobile/login', GOOGLE);
  expect(again.body.data.user_id).toBe(body.data.user_id);
});

test('Kakao and Apple do the same, and an account without an address has none', async () => {
  const { provider, login, client } = await social();
  provider.kakao(77, { profile: { nickname: '홍길동' } });
  const guest = client();
  const { body } = await login(KAKAO, guest);
  expect(body.data).toMatchObject({ nickname: '홍길동', email: null });
  expect((await guest.get('/me')).body).toMatchObject({ username: '홍길동', email: null });
  expect((await guest.post('/me', { email: 'hong@example.com' })).body.email).toBe('hong@example.com');
  const first = await login(apple(await provider.appleToken()));
  expect(first.body.data).toMatchObject({ nickname: 'alice', email: 'alice@example.com' });
  const second = await login(apple(await provider.appleToken()));
  expect(second.body.data.user_id).toBe(first.body.data.user_id);
  // The keys are fetched once.
  expect(provider.asked.filter((path) => path === '/auth/keys')).toHaveLength(1);
});

test('a Google token of another app, an expired one, and one of another person are rejected', async () => {
  const { provider, login, ...app } = await social();
  provider.google(ALICE);
  const good = provider.answers['/oauth2/v3/tokeninfo'] as object;
  for (const wrong of [
    { ...good, aud: 'app.other' },
    { ...good, expires_in: '0' },
    { ...good, sub: 'g-2' },
    400,
  ]) {
    provider.answers['/oauth2/v3/tokeninfo'] = wrong;
    const { status, body } = await login(GOOGLE);
    expect([status, body.code, body.issues[0].path]).toEqual([401, 'AUTH_FAILED', 'access_token']);
  }
  expect(accounts(app)).toEqual({ n: 0 });
  provider.answers['/oauth2/v3/tokeninfo'] = { ...good, aud: 'app.google.ios' };
  expect((await login(GOOGLE)).status).toBe(200);
});

test('a Kakao token of another app is rejected, and a fault of Kakao is a 503', async () => {
  const { provider, login } = await social();
  provider.kakao(77);
  const path = '/v1/user/access_token_info';
  const good = provider.answers[path] as object;
  provider.answers[path] = { ...good, app_id: 4321 };
  expect((await login(KAKAO)).body.code).toBe('AUTH_FAILED');
  provider.answers[path] = 401;
  expect((await login(KAKAO)).body.code).toBe('AUTH_FAILED');
  provider.answers[path] = { ...good, id: 78 };
  expect((await login(KAKAO)).body.code).toBe('AUTH_FAILED');
  provider.answers[path] = 500;
  expect((await login(KAKAO)).status).toBe(503);
});

test('an identity token with a wrong audience, issuer, date or signature is rejected, and so is one without a signature', async () => {
  const { provider, login, clock, ...app } = await social();
  const { privateKey } = await generateKeyPair('RS256');
  const unsigned = new UnsecuredJWT({ email: 'alice@example.com', email_verified: true })
    .setIssuer(APPLE_ISSUER)
    .setAudience('app.apple')
    .setSubject('001.alice')
    .setIssuedAt()
    .setExpirationTime('10m')
    .encode();
  const [head, claims] = (await provider.appleToken()).split('.');
  const wrong = {
    audience: await provider.appleToken({ aud: 'app.other' }),
    issuer: await provider.appleToken({ iss: 'https://apple.example.com' }),
    expired: await provider.appleToken({ exp: 1_700_000_000 }),
    signature: await provider.appleToken({}, privateKey),
    unsigned,
    stripped: `${head}.${claims}.`,
    garbage: 'not.a.token',
  };
  for (const [what, token] of Object.entries(wrong)) {
    const { status, body } = await login(apple(token));
    expect([what, status, body.code]).toEqual([what, 401, 'AUTH_FAILED']);
  }
  const good = await provider.appleToken();
  clock.advance('11m');
  expect((await login(apple(good))).status).toBe(401);
  expect(accounts(app)).toEqual({ n: 0 });
});

test('an unverified address joins no account and is not stored', async () => {
  const { provider, login, user, client } = await social();
  const alice = await user('alice');
  const alice_id = (await alice.get('/me')).body.user_id;
  provider.google({ ...ALICE, email_verified: false });
  provider.kakao(77, { email: 'alice@example.com', is_email_valid: false, is_email_verified: true });
  const token = await provider.appleToken({ email_verified: 'false' });
  const seen = new Set([alice_id]);
  for (const body of [GOOGLE, KAKAO, apple(token)]) {
    const { data } = (await login(body)).body;
    expect(data.email).toBeNull();
    seen.add(data.user_id);
  }
  expect(seen.size).toBe(4);
  // Nobody's address is taken by it either.
  provider.google({ sub: 'g-9', email: 'bob@example.com', email_verified: false });
  await login(GOOGLE);
  const bob = { email: 'bob@example.com', password: PASSWORD };
  expect((await client().post('/auth/register', bob)).status).toBe(201);
});

test('a verified address joins the account with it, for every provider', async () => {
  const { provider, login, admin, client, deps } = await social();
  const root = await admin();
  deps.db.$client.prepare('UPDATE users SET email_verified_at = 1').run();
  const { user_id } = (await root.get('/me')).body;
  const email = 'ADMIN@example.com';
  provider.google({ ...ALICE, email });
  provider.kakao(77, { email, is_email_valid: true, is_email_verified: true });
  for (const body of [GOOGLE, KAKAO, apple(await provider.appleToken({ email }))]) {
    expect((await login(body)).body.data.user_id).toBe(user_id);
  }
  // Nothing that was there before is lost: the address had been vouched for.
  expect((await root.get('/me')).status).toBe(200);
  const password = { email, password: PASSWORD };
  expect((await client().post('/auth/login', password)).status).toBe(200);
});

test('an address that nobody verified joins no social login, whoever entered it', async () => {
  const { provider, login, user, client } = await social();
  const squatter = await user('alice');
  const { user_id } = (await squatter.get('/me')).body;
  provider.google(ALICE);
  const owner = client();
  const joined = (await login(GOOGLE, owner)).body.data;
  expect(joined.user_id).not.toBe(user_id);
  expect(joined.email).toBeNull();
  expect((await login(GOOGLE)).body.data.user_id).toBe(joined.user_id);
  expect((await squatter.get('/me')).body.user_id).toBe(user_id);
});

test('a stolen token does not become the account by way of the address or of a provider', async () => {
  const { provider, login, user, client, clock } = await social();
  const alice = await user('alice');
  const found = async () => {
    const phone = await client().post('/auth/login', { username: 'alice', password: PASSWORD });
    const thief = client();
    thief.token = phone.body.access_token;
    clock.advance('6m');
    return thief;
  };
  const thief = await found();
  const change = await thief.post('/me', { email: 'attacker@evil.example' });
  expect([change.status, change.body.code]).toEqual([403, 'PASSWORD_REQUIRED']);
  provider.google({ sub: 'g-evil', email: 'attacker@evil.example', email_verified: true });
  expect((await login(GOOGLE, thief)).body.data.user_id).not.toBe((await alice.get('/me')).body.user_id);
  provider.kakao(66, { email: 'alice@example.com', is_email_valid: true, is_email_verified: true });
  expect((await login(KAKAO, await found())).body.data.email).toBeNull();
  expect((await alice.get('/me')).body.email).toBe('alice@example.com');
});

test('a changed address joins no social login, though the one before was verified', async () => {
  const { provider, login, client } = await social();
  provider.google(ALICE);
  const alice = client();
  const { user_id } = (await login(GOOGLE, alice)).body.data;
  expect((await alice.post('/me', { email: 'new@example.com' })).status).toBe(200);
  for (const email of ['new@example.com', 'alice@example.com']) {
    const other = await login(apple(await provider.appleToken({ sub: `001.${email}`, email })));
    expect(other.body.data.user_id).not.toBe(user_id);
  }
  // The identity itself goes on logging in.
  expect((await login(GOOGLE)).body.data.user_id).toBe(user_id);
});

test('without a password, a social login in this session counts for five minutes; that of a device does not', async () => {
  const { provider, login, client, clock } = await social();
  provider.google(ALICE);
  const alice = client();
  await login(GOOGLE, alice);
  clock.advance('6m');
  const { device_code } = (await alice.post('/device/codes')).body;
  const device = client();
  device.token = (await client().post('/device/login', { client_id: 'app', device_code })).body.access_token;
  for (const caller of [alice, device]) {
    for (const change of [{ email: 'x@example.com' }, { new_password: 'a fresh long one' }]) {
      expect((await caller.post('/me', change)).body.code).toBe('PASSWORD_REQUIRED');
    }
  }
  await login(GOOGLE, alice);
  expect((await alice.post('/me', { email: 'x@example.com' })).status).toBe(200);
});

test('a user who is logged in keeps the password and sessions when joining', async () => {
  const { provider, login, user, client } = await social();
  const alice = await user('alice');
  const phone = client();
  await phone.post('/auth/login', { username: 'alice', password: PASSWORD });
  provider.google(ALICE);
  expect((await login(GOOGLE, alice)).status).toBe(200);
  expect((await phone.get('/me')).status).toBe(200);
  expect((await client().post('/auth/login', { username: 'alice', password: PASSWORD })).status).toBe(200);
});

test('an account without a password gets its first one within five minutes of a login', async () => {
  const { provider, login, client, clock } = await social();
  provider.google(ALICE);
  const guest = client();
  await login(GOOGLE, guest);
  clock.advance('6m');
  const late = await guest.post('/me', { new_password: PASSWORD });
  expect([late.status, late.body.issues[0].path]).toEqual([403, 'old_password']);
  await login(GOOGLE, guest);
  expect((await guest.post('/me', { new_password: PASSWORD })).status).toBe(200);
  expect((await guest.post('/me', { new_password: 'another good one' })).status).toBe(403);
  expect((await client().post('/auth/login', { email: ALICE.email, password: PASSWORD })).status).toBe(200);
});

test('concurrent first logins of one person create one account', async () => {
  const { provider, login, ...app } = await social();
  provider.google(ALICE);
  const seen = await Promise.all(Array.from({ length: 8 }, () => login(GOOGLE)));
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(seen.map(({ body }) => body.data.user_id)).size).toBe(1);
  expect(accounts(app)).toEqual({ n: 1 });
});

test('a provider does not log in to a locked account', async () => {
  const { provider, login, deps, user } = await social();
  provider.google(ALICE);
  await login(GOOGLE);
  await user('bob');
  deps.db.$client.prepare('UPDATE users SET locked_at = 1').run();
  expect((await login(GOOGLE)).body.code).toBe('AUTH_FAILED');
  expect((await login(apple(await provider.appleToken({ email: 'bob@example.com' })))).status).toBe(401);
  expect(deps.db.$client.prepare('SELECT count(*) AS n FROM identities').get()).toEqual({ n: 1 });
});

test('a provider that is down, slow or sends invalid responses is a 503', async () => {
  const { provider, login } = await social();
  provider.google(ALICE);
  const token = await provider.appleToken();
  const failed = async () => {
    for (const body of [GOOGLE, apple(token)]) {
      const answer = await login(body);
      expect([answer.status, answer.body.code]).toEqual([503, 'INTERNAL_ERROR']);
    }
  };
  const { '/auth/keys': keys, '/oauth2/v3/tokeninfo': info } = provider.answers;
  for (const broken of [500, 429, { nonsense: true }]) {
    Object.assign(provider.answers, { '/auth/keys': broken, '/oauth2/v3/tokeninfo': broken });
    await failed();
  }
  Object.assign(provider.answers, { '/auth/keys': keys, '/oauth2/v3/tokeninfo': info });
  provider.delay = 1500;
  const began = performance.now();
  await failed();
  expect(performance.now() - began).toBeLessThan(1400);
  provider.delay = 0;
  expect((await login(GOOGLE)).status).toBe(200);
  await provider.stop();
  await failed();
});

test('a provider without configuration logs nobody in, and an unknown provider is rejected', async () => {
  const client = testApp().client();
  for (const body of [GOOGLE, KAKAO, apple('a.b.c')]) {
    expect((await client.post('/auth/mobile/login', body)).body.code).toBe('FORBIDDEN');
  }
  const { status, body } = await client.post('/auth/mobile/login', { ...GOOGLE, provider: 'naver' });
  expect([status, body.issues[0].path]).toEqual([400, 'provider']);
});

test('what a guest did belongs to the user, and failed logins are limited by address', async () => {
  const { provider, login, client } = await social({ rate_limits: true });
  provider.google(ALICE);
  const guest = client();
  await guest.post('/scan/analyze', { url: 'https://example.com/one' });
  await login(GOOGLE, guest);
  expect((await guest.get('/history')).body.data.total).toBe(1);
  for (let n = 1; n < 10; n++) expect((await login(GOOGLE)).status).toBe(200);
  provider.answers['/oauth2/v3/tokeninfo'] = 400;
  for (let n = 0; n < 50; n++) expect((await login(GOOGLE)).body.code).toBe('AUTH_FAILED');
  expect((await login(GOOGLE)).body.code).toBe('RATE_LIMIT_EXCEEDED');
});
