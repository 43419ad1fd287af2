import { expect, test } from 'vitest';
import { PASSWORD, testApp } from '../../support/app.ts';

test('registering creates an account, logs it in, and responds as login does', async () => {
  const { client } = testApp();
  const guest = client();
  const { status, body, headers } = await guest.post('/auth/register', {
    email: 'Alice@example.com',
    password: PASSWORD,
    password2: PASSWORD,
    nickname: 'Alice',
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    status: 'success',
    data: { nickname: 'Alice', email: 'Alice@example.com', user_type: 'registered' },
    token_type: 'Bearer',
    expires_in: 3600,
  });
  expect(body.data.user_id).toMatch(/^user_\d{8}_001$/);
  expect(body.access).toBe(body.access_token);
  expect(body.refresh).toBe(body.refresh_token);
  expect(Object.keys(body.data).sort()).toEqual(['email', 'nickname', 'user_id', 'user_type']);
  expect(headers.get('set-cookie')).toMatch(
    /^flask_auth_session=\w+; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax$/,
  );
  expect((await guest.get('/me')).body).toMatchObject({
    username: 'Alice',
    role: 'user',
    display_name: 'Alice',
  });
});

test('a taken e-mail or username is rejected, whatever its case', async () => {
  const { client } = testApp();
  const first = { email: 'kim@example.com', username: 'kim', password: PASSWORD };
  expect((await client().post('/auth/register', first)).status).toBe(201);
  const email = await client().post('/auth/register', {
    ...first,
    email: 'KIM@example.com',
    username: 'other',
  });
  expect([email.status, email.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  const name = await client().post('/auth/register', {
    ...first,
    email: 'kim2@example.com',
    username: 'KIM',
  });
  expect([name.status, name.body.code]).toEqual([409, 'USERNAME_TAKEN']);
  const response = await client().post('/auth/register', { email: 'kim@example.org', password: PASSWORD });
  expect(response.body.data.nickname).toBe('kim2');
});

test('a weak, common or mistyped password is refused by the name of its field, in the language asked for', async () => {
  const { client } = testApp();
  const register = (fields: object, language = 'ko') =>
    client().post('/auth/register', { email: 'a@example.com', ...fields }, { 'accept-language': language });
  const short = await register({ password: 'short' });
  expect(short.body).toMatchObject({ code: 'INVALID_INPUT', message: '입력값이 올바르지 않습니다' });
  expect(short.body.issues[0].path).toBe('password');
  const common = await register({ password: 'password1' }, 'en-US,en;q=0.9');
  expect(common.body.issues).toEqual([
    { path: 'password', message: 'This is one of the 10,000 most used passwords. Choose another.' },
  ]);
  const mistyped = await register({ password: PASSWORD, password2: 'something else' });
  expect(mistyped.body.issues[0].path).toBe('password2');
  const long = await register({ password: 'x'.repeat(129) });
  expect(long.body.issues[0].path).toBe('password');
});

test('login accepts the e-mail or the username, and has ColScan’s message', async () => {
  const { client, user } = testApp();
  await user('alice');
  for (const name of [
    { email: 'ALICE@example.com' },
    { username: 'alice' },
    { username: 'alice@example.com' },
  ]) {
    const { status, body } = await client().post('/api/v1/auth/login', { ...name, password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      message: '로그인 성공',
      data: { email: 'alice@example.com' },
    });
  }
});

test('a wrong password and an unknown user get the same answer', async () => {
  const { client, user } = testApp();
  await user('alice');
  const wrong = await client().post('/auth/login', { email: 'alice@example.com', password: 'not it at all' });
  const unknown = await client().post('/auth/login', {
    email: 'nobody@example.com',
    password: 'not it at all',
  });
  for (const { status, body } of [wrong, unknown]) {
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'AUTH_FAILED', message: '이메일 또는 비밀번호가 틀렸습니다' });
  }
  expect((await client().post('/auth/login', { password: 'x' })).body.issues[0].path).toBe('email');
});

test('a login opens a new session, and the previous cookie is invalid', async () => {
  const { client, user } = testApp();
  await user('alice');
  const guest = client();
  await guest.get('/auth/status');
  const before = guest.cookie as string;
  await guest.post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  expect(guest.cookie).not.toBe(before);
  const thief = client();
  thief.cookie = before;
  expect((await thief.get('/me')).body.code).toBe('SESSION_EXPIRED');
  expect((await thief.get('/auth/status')).body.data.is_logged_in).toBe(false);
});

test('what a guest did belongs to the user after login', async () => {
  const { client, user } = testApp();
  await user('alice');
  const guest = client();
  await guest.post('/scan/analyze', { url: 'https://example.com/one' });
  await guest.put('/settings', { language: 'en', preferences: { theme: 'dark' } });
  await guest.post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  expect((await guest.get('/history')).body.data).toMatchObject({
    total: 1,
    history: [{ url: 'https://example.com/one' }],
  });
  expect((await guest.get('/settings')).body.data).toMatchObject({
    language: 'en',
    preferences: { theme: 'dark' },
  });
});

test('a guest’s settings do not overwrite the user’s at login', async () => {
  const { client, user } = testApp();
  const alice = await user('alice');
  await alice.put('/settings', { preferences: { theme: 'dark' } });
  const guest = client();
  await guest.put('/settings', { preferences: { theme: 'pink' } });
  await guest.post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  expect((await guest.get('/settings')).body.data.preferences.theme).toBe('dark');
});

test('a refresh token is used once and replaced; a spent one ends its whole login', async () => {
  const { client, user } = testApp();
  await user('alice');
  const guest = client();
  const { body: first } = await guest.post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  const { body: other } = await client().post('/auth/login', { username: 'alice', password: PASSWORD });
  const anon = client();
  const { status, body: second } = await anon.post('/auth/refresh', { refresh_token: first.refresh_token });
  expect(status).toBe(200);
  expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, access: second.access_token });
  const third = await anon.post('/auth/refresh', { refresh: second.refresh });
  expect(third.status).toBe(200);

  const reused = await anon.post('/auth/refresh', { refresh_token: first.refresh_token });
  expect([reused.status, reused.body.code]).toEqual([401, 'TOKEN_REUSED']);
  const after = await anon.post('/auth/refresh', { refresh_token: third.body.refresh_token });
  expect(after.body.code).toBe('SESSION_EXPIRED');
  for (const token of [first.access_token, second.access_token, third.body.access_token]) {
    expect((await anon.get('/me', { authorization: `Bearer ${token}` })).body.code).toBe('SESSION_EXPIRED');
  }
  expect((await guest.get('/me')).status).toBe(401);
  expect((await anon.get('/me', { authorization: `Bearer ${other.access_token}` })).status).toBe(200);
});

test('of a hundred concurrent uses of one refresh token, at most one succeeds', async () => {
  const { client, user } = testApp();
  await user('alice');
  const { body } = await client().post('/auth/login', { username: 'alice', password: PASSWORD });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => client().post('/auth/refresh', { refresh_token: body.refresh_token })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('access tokens last an hour, refresh tokens and sessions thirty days', async () => {
  const { client, clock, user } = testApp();
  await user('alice');
  const guest = client();
  const { body } = await guest.post('/auth/login', { username: 'alice', password: PASSWORD });
  const bearer = { authorization: `Bearer ${body.access_token}` };
  const anon = client();
  clock.advance('59m');
  expect((await anon.get('/me', bearer)).status).toBe(200);
  clock.advance('2m');
  const expired = await anon.get('/me', bearer);
  expect([expired.status, expired.body.code]).toEqual([401, 'SESSION_EXPIRED']);
  expect((await anon.post('/scan/analyze', { url: 'https://example.com' }, bearer)).status).toBe(401);
  expect((await guest.get('/me')).status).toBe(200);
  clock.advance('30d');
  expect((await guest.get('/me')).body.code).toBe('SESSION_EXPIRED');
  expect((await anon.post('/auth/refresh', { refresh_token: body.refresh_token })).status).toBe(401);
});

test('logging out ends the sessions of the cookie, the bearer token and the refresh token, and may be repeated', async () => {
  const { client, user } = testApp();
  await user('alice');
  const guest = client();
  const { body } = await guest.post('/auth/login', { username: 'alice', password: PASSWORD });
  const old = guest.cookie as string;
  const out = await guest.post('/auth/logout');
  expect(out.body).toEqual({ status: 'success', message: '로그아웃 성공' });
  expect(guest.cookie).toBeNull();
  for (const headers of [{ cookie: old }, { authorization: `Bearer ${body.access_token}` }]) {
    expect((await client().get('/me', headers as Record<string, string>)).body.code).toBe('SESSION_EXPIRED');
  }
  expect((await guest.post('/auth/logout', { refresh_token: body.refresh_token })).status).toBe(200);
  expect((await guest.post('/auth/refresh', { refresh_token: body.refresh_token })).status).toBe(401);

  const { body: again } = await client().post('/auth/login', { username: 'alice', password: PASSWORD });
  expect((await client().post('/auth/logout', { refresh_token: again.refresh_token })).status).toBe(200);
  expect((await client().get('/me', { authorization: `Bearer ${again.access_token}` })).status).toBe(401);
});

test('users list their sessions and can end one of them, but nobody else’s', async () => {
  const { client, user } = testApp();
  const alice = await user('alice');
  const bob = await user('bob');
  const phone = client();
  await phone.post('/auth/login', { username: 'alice', password: PASSWORD }, { 'user-agent': 'ColScan/1.0' });
  const { sessions } = (await alice.get('/auth/sessions')).body;
  expect(sessions).toHaveLength(2);
  expect(sessions.filter((s: { current: boolean }) => s.current)).toHaveLength(1);
  const other = sessions.find((s: { device: string }) => s.device === 'ColScan/1.0');
  expect((await bob.delete(`/auth/sessions/${other.id}`)).status).toBe(404);
  const ended = await alice.delete(`/auth/sessions/${other.id}`);
  expect([ended.status, ended.body]).toEqual([204, '']);
  expect((await phone.get('/me')).body.code).toBe('SESSION_EXPIRED');
  expect((await alice.delete(`/auth/sessions/${other.id}`)).status).toBe(404);
});

test('a new password needs the old one and ends every other session', async () => {
  const { client, user } = testApp();
  const alice = await user('alice');
  const phone = client();
  await phone.post('/auth/login', { username: 'alice', password: PASSWORD });
  const wrong = await alice.post('/me', { old_password: 'wrong', new_password: 'a_new_strong_password' });
  expect([wrong.status, wrong.body.code]).toEqual([401, 'AUTH_FAILED']);
  const missing = await alice.post('/me', { new_password: 'a_new_strong_password' });
  expect([missing.status, missing.body.code]).toEqual([403, 'PASSWORD_REQUIRED']);
  const done = await alice.post('/me', {
    display_name: '새로운 닉네임',
    email: 'new_email@example.com',
    old_password: PASSWORD,
    new_password: 'a_new_strong_password',
  });
  expect(done.body).toMatchObject({ display_name: '새로운 닉네임', email: 'new_email@example.com' });
  expect((await phone.get('/me')).status).toBe(401);
  expect((await alice.get('/me')).status).toBe(200);
  const login = (password: string) => client().post('/auth/login', { username: 'alice', password });
  expect((await login(PASSWORD)).status).toBe(401);
  expect((await login('a_new_strong_password')).status).toBe(200);
});

test('an e-mail of another user cannot be taken', async () => {
  const { user } = testApp();
  const alice = await user('alice');
  await user('bob');
  expect((await alice.post('/me', { email: 'BOB@example.com', old_password: PASSWORD })).body.code).toBe(
    'EMAIL_TAKEN',
  );
  expect((await alice.post('/me', { email: 'ALICE@example.com' })).status).toBe(200);
});

test('the status of a guest has the guest id, that of a user the user id', async () => {
  const { client, user } = testApp();
  const guest = client();
  const { body } = await guest.get('/auth/status');
  expect(body.data).toMatchObject({ is_logged_in: false, user_id: null, nickname: null, user_type: 'guest' });
  expect(body.data.guest_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect((await guest.get('/auth/status')).body.data.guest_id).toBe(body.data.guest_id);
  const alice = await user('alice');
  expect((await alice.get('/auth/status')).body.data).toMatchObject({
    is_logged_in: true,
    guest_id: null,
    nickname: 'alice',
    user_type: 'registered',
  });
});

test('only hashes of passwords, session ids, tokens and keys are in the database', async () => {
  const { deps, user } = testApp();
  const alice = await user('alice');
  const dump = deps.db.$client
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map((row) =>
      JSON.stringify(deps.db.$client.prepare(`SELECT * FROM "${(row as { name: string }).name}"`).all()),
    )
    .join();
  expect(dump).toContain('alice@example.com');
  for (const secret of [PASSWORD, alice.token as string, (alice.cookie as string).split('=')[1] as string]) {
    expect(dump).not.toContain(secret);
  }
});
