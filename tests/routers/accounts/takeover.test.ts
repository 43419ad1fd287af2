import { expect, test } from 'vitest';
import { PASSWORD, type TestClient, testApp } from '../../support/app.ts';

/** Someone who has found a token, and nothing else. */
function thiefOf({ client }: { client(): TestClient }, victim: TestClient): TestClient {
  const thief = client();
  thief.token = victim.token;
  return thief;
}

const titles = async (it: TestClient) =>
  ((await it.get('/notifications')).body.notifications as { type: string; body: string }[]).filter(
    ({ type }) => type === 'account.changed',
  );

test('who has a token alone changes neither e-mail nor password, as a user and as an administrator', async () => {
  const app = testApp();
  for (const victim of [await app.user('alice'), await app.admin()]) {
    const thief = thiefOf(app, victim);
    const { email } = (await victim.get('/me')).body;
    const changes = [
      { email: 'attacker@evil.example' },
      { email: 'attacker@evil.example', old_password: null },
      { new_password: 'a_new_strong_password' },
      { email: 'attacker@evil.example', new_password: 'a_new_strong_password' },
    ];
    for (const change of changes) {
      const { status, body } = await thief.post('/me', change);
      expect([change, status, body.code]).toEqual([change, 403, 'PASSWORD_REQUIRED']);
      expect((await thief.mutate('me.update', change)).body.error.data.code).toBe('PASSWORD_REQUIRED');
    }
    const guess = await thief.post('/me', { email: 'attacker@evil.example', old_password: 'guess' });
    expect([guess.status, guess.body.code]).toEqual([401, 'AUTH_FAILED']);
    expect((await victim.get('/me')).body.email).toBe(email);
    expect((await app.client().post('/auth/login', { email, password: PASSWORD })).status).toBe(200);
    // What lets nobody in changes as before.
    expect((await thief.post('/me', { display_name: 'Someone' })).status).toBe(200);
    expect((await thief.post('/me', { email: email.toUpperCase() })).status).toBe(200);
  }
});

test('an administrator’s token resets no administrator’s password without the caller’s own', async () => {
  const app = testApp();
  const root = await app.admin();
  const other = await app.user('other');
  const { id } = (await root.get('/me')).body;
  await root.put(`/admin/users/${other.id}/role`, { role: 'admin' });
  for (const target of [id, other.id]) {
    const path = `/admin/users/${target}/reset-password`;
    expect((await root.post(path)).body.code).toBe('PASSWORD_REQUIRED');
    expect((await root.post(path, { old_password: 'guess' })).body.code).toBe('AUTH_FAILED');
  }
  const allowed = await root.post(`/admin/users/${other.id}/reset-password`, { old_password: PASSWORD });
  expect(allowed.status).toBe(200);
  const user = await app.user('carol');
  expect((await root.post(`/admin/users/${user.id}/reset-password`)).status).toBe(200);
});

test('each change of what lets someone in is told to the account', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const root = await app.admin();
  const change = { email: 'new@example.com', new_password: 'a_new_strong_password', old_password: PASSWORD };
  expect((await alice.post('/me', change)).status).toBe(200);
  await root.put(`/admin/users/${alice.id}/role`, { role: 'admin' });
  await root.put(`/admin/users/${alice.id}/role`, { role: 'user' });
  const { password } = (await root.post(`/admin/users/${alice.id}/reset-password`)).body;
  const again = app.client();
  expect((await again.post('/auth/login', { email: 'new@example.com', password })).status).toBe(200);
  const told = (await titles(again)).map(({ body }) => body.split('.')[0]);
  expect(told).toEqual([
    '관리자가 비밀번호를 초기화했습니다',
    '관리자가 권한을 변경했습니다',
    '관리자가 권한을 변경했습니다',
    '비밀번호가 변경되었습니다',
    '이메일 주소가 변경되었습니다',
  ]);
  // What changes nothing of the kind tells nothing.
  await again.post('/me', { display_name: 'Alice', email: 'NEW@example.com' });
  expect(await titles(again)).toHaveLength(5);
});

test('a key administers nothing, whoever owns it', async () => {
  const app = testApp();
  const root = await app.admin();
  const alice = await app.user('alice');
  const trace = { run_id: 'r', prompt: 'p', response: 'x' };
  const { trace_id } = (await alice.post('/llm/traces', trace)).body;
  const { id } = (await root.get('/me')).body;
  const service = app.client();
  service.token = (await root.post('/admin/api-keys', { name: 'k', scopes: ['llm'], user: id })).body.key;
  const rated = await service.post('/llm/feedback', { trace_id, rating: 'bad' });
  const missing = await service.post('/llm/feedback', { trace_id: 99_999, rating: 'bad' });
  expect([rated.status, missing.status]).toEqual([404, 404]);
});

test('a demoted administrator hears no more of what administrators hear, on a stream that is open', async () => {
  const app = testApp();
  const root = await app.admin();
  const other = await app.user('other');
  await root.put(`/admin/users/${other.id}/role`, { role: 'admin' });
  const controller = new AbortController();
  const response = await app.app.request('/events/stream', {
    headers: { authorization: `Bearer ${other.token}` },
    signal: controller.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let heard = '';
  const read = async (until: string) => {
    while (!heard.includes(until)) {
      const { done, value } = await reader.read();
      if (done) break;
      heard += Buffer.from(value).toString();
    }
  };
  const emit = (event_type: string) =>
    app.deps.emit({
      type: 'broadcast',
      principal_id: null,
      payload: { event_type, payload: {}, timestamp: null, addressed: false },
    });
  await read(':\n\n');
  emit('to_administrators_first');
  await read('to_administrators_first');
  await root.put(`/admin/users/${other.id}/role`, { role: 'user' });
  emit('to_administrators_second');
  app.deps.emit({ type: 'device.signed_in', principal_id: other.id, payload: { client_id: 'own news' } });
  await read('own news');
  expect(heard).not.toContain('to_administrators_second');
  controller.abort();
  await reader.cancel().catch(() => {});
});

test('the refresh token of a login that has ended, or of a locked user, gives no tokens', async () => {
  const app = testApp();
  await app.user('alice');
  const login = async () =>
    (await app.client().post('/auth/login', { username: 'alice', password: PASSWORD })).body.refresh_token;
  const refresh = (refresh_token: string) => app.client().post('/auth/refresh', { refresh_token });
  const ended = await login();
  app.deps.db.$client.prepare('UPDATE sessions SET expires_at = ?').run(app.clock.now() - 1);
  expect((await refresh(ended)).body.code).toBe('SESSION_EXPIRED');
  const locked = await login();
  app.deps.db.$client.prepare('UPDATE users SET locked_at = 1').run();
  expect((await refresh(locked)).body.code).toBe('SESSION_EXPIRED');
  app.deps.db.$client.prepare('UPDATE users SET locked_at = NULL').run();
  // Whoever goes on refreshing stays in.
  let token = await login();
  for (let n = 0; n < 4; n++) {
    app.clock.advance('20d');
    const { status, body } = await refresh(token);
    expect(status).toBe(200);
    const client = app.client();
    client.token = body.access_token;
    expect((await client.get('/me')).status).toBe(200);
    token = body.refresh_token;
  }
});

test('a refresh token or a name that is null is as one that is left out', async () => {
  const app = testApp();
  await app.user('alice');
  const { status, body } = await app
    .client()
    .post('/auth/login', { email: 'alice@example.com', username: null, password: PASSWORD });
  expect(status).toBe(200);
  const sent = { refresh_token: null, refresh: body.refresh_token };
  expect((await app.client().post('/auth/refresh', sent)).status).toBe(200);
});
