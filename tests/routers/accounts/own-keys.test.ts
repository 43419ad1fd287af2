import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { api_keys, audit_log } from '../../../db/index.ts';
import { deleteExpired } from '../../../routers/maintenance/expiry.ts';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';

async function keyOf(
  app: TestApp,
  owner: TestClient,
  scopes: string[],
  more: object = {},
): Promise<TestClient> {
  const { status, body } = await owner.post('/me/keys', { name: 'script', scopes, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  const client = app.client();
  client.token = body.key;
  return client;
}

const URL = { url: 'http://secure-naver-login.tk' };

test('a key of scope scan scans in the name of its owner, and one of another scope does not', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const scanner = await keyOf(app, alice, ['scan']);
  const { status, body } = await scanner.post('/scan/analyze', URL);
  expect([status, body.data.verdict]).toEqual([200, 'dangerous']);
  expect((await scanner.post('/scan/message', { text: 'Hello' })).status).toBe(200);
  expect((await scanner.mutate('scan.payload', { text: 'WIFI:S:a;T:nopass;;' })).status).toBe(200);
  expect((await scanner.get('/history')).body.data.total).toBe(3);
  expect((await alice.get('/history')).body.data.total).toBe(3);
  for (const scope of ['chat', 'read', 'agent', 'llm', 'events', 'gami']) {
    const other = await keyOf(app, alice, [scope]);
    expect((await other.post('/scan/analyze', URL)).body.code, scope).toBe('FORBIDDEN');
    expect((await other.mutate('scan.analyze', URL)).status, scope).toBe(403);
  }
});

test('a key of scope read reads everything of its owner, but no secret, and changes nothing', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { body: project } = await alice.post('/git/projects/register', { name: 'a', local_path: '/a' });
  const reader = await keyOf(app, alice, ['read']);
  for (const path of ['/me', '/history', '/projects', '/settings', '/gami/profile', '/files/1', '/me/keys'])
    expect((await reader.get(path)).status, path).toBe(path === '/files/1' ? 404 : 200);
  expect((await reader.get(`/projects/${project.id}/webhook`)).body.code).toBe('FORBIDDEN');
  expect((await reader.put('/settings', { language: 'en' })).body.code).toBe('FORBIDDEN');
  expect((await reader.post('/me/keys', { name: 'more', scopes: ['agent'] })).body.code).toBe('FORBIDDEN');
  expect((await reader.delete('/me')).body.code).toBe('FORBIDDEN');
  const blind = await keyOf(app, alice, ['scan']);
  expect((await blind.get('/me')).body.code).toBe('FORBIDDEN');
});

test('the key of an administrator administers nothing', async () => {
  const app = testApp();
  const admin = await app.admin();
  const key = await keyOf(app, admin, ['scan', 'chat', 'read', 'agent', 'llm', 'events', 'gami']);
  for (const path of ['/admin/users', '/admin/audit', '/admin/api-keys', '/admin/config'])
    expect((await key.get(path)).body.code, path).toBe('FORBIDDEN');
  const alice = await app.user('alice');
  const { body: project } = await alice.post('/git/projects/register', { name: 'a', local_path: '/a' });
  expect((await key.get(`/projects/${project.id}`)).status).toBe(404);
});

test('a list shows what a key begins with, and a key that is revoked or has expired stops at once', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const lasting = await keyOf(app, alice, ['scan', 'scan']);
  const expiring = await keyOf(app, alice, ['scan'], { expires_in_days: 1 });
  await lasting.post('/scan/analyze', URL);
  const { keys } = (await alice.get('/me/keys')).body;
  expect(keys.map((key: { expires_at: string | null }) => key.expires_at !== null)).toEqual([true, false]);
  expect(keys[1]).toMatchObject({ name: 'script', scopes: ['scan'], revoked_at: null });
  expect(keys[1].last_used_at).not.toBeNull();
  expect(lasting.token?.startsWith(keys[1].prefix)).toBe(true);
  expect(keys[1].prefix).toHaveLength(10);
  expect((await bob.get('/me/keys')).body.keys).toEqual([]);
  expect((await bob.delete(`/me/keys/${keys[1].id}`)).status).toBe(404);
  expect((await expiring.post('/scan/analyze', URL)).status).toBe(200);
  app.clock.advance('25h');
  expect((await expiring.post('/scan/analyze', URL)).body.code).toBe('SESSION_EXPIRED');
  const again = await app.client().post('/auth/login', {
    email: 'alice@example.com',
    password: 'correct horse battery staple',
  });
  alice.token = again.body.access_token;
  expect((await alice.delete(`/me/keys/${keys[1].id}`)).status).toBe(204);
  expect((await lasting.post('/scan/analyze', URL)).body.code).toBe('SESSION_EXPIRED');
  const actions = app.deps.db.select().from(audit_log).all();
  expect(actions.map(({ action }) => action)).toEqual([
    'api_keys.create',
    'api_keys.create',
    'api_keys.revoke',
  ]);
  expect(JSON.stringify(actions)).not.toContain(lasting.token);
});

test('a key has a rate of its own, and a user a limited number of keys', async () => {
  const app = testApp({ rate_limits: true, alone: true });
  const alice = await app.user('alice');
  const [first, second] = [await keyOf(app, alice, ['scan']), await keyOf(app, alice, ['scan'])];
  const left = async (client: TestClient) =>
    Number((await client.post('/scan/analyze', URL)).headers.get('ratelimit-remaining'));
  const before = await left(first);
  expect(await left(first)).toBe(before - 1);
  expect(await left(second)).toBe(before);
  for (let i = 2; i < 50; i++) await keyOf(app, alice, ['read']);
  expect((await alice.post('/me/keys', { name: 'more', scopes: ['scan'] })).body.code).toBe('CONFLICT');
});

test('wrong requests for a key are refused with their field', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const [wrong, field] of [
    [{ name: ' ', scopes: ['scan'] }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['admin'] }, 'scopes.0'],
    [{ name: 'x', scopes: ['scan'], expires_in_days: 0 }, 'expires_in_days'],
    [{ name: 'x', scopes: ['scan'], expires_in_days: 1e9 }, 'expires_in_days'],
  ] as const) {
    const { status, body } = await alice.post('/me/keys', wrong);
    expect([status, body.issues?.[0]?.path], JSON.stringify(wrong)).toEqual([400, field]);
  }
  expect((await app.client().get('/me/keys')).status).toBe(401);
});

test('a key that was revoked or has expired is listed for 90 days and then deleted', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  await keyOf(app, alice, ['scan']);
  await keyOf(app, alice, ['scan'], { expires_in_days: 2 });
  await keyOf(app, alice, ['scan']);
  const [newest] = (await alice.get('/me/keys')).body.keys;
  expect((await alice.delete(`/me/keys/${newest.id}`)).status).toBe(204);
  const left = async () => {
    await deleteExpired(app.deps);
    return app.deps.db.select({ id: api_keys.id }).from(api_keys).where(eq(api_keys.user_id, alice.id)).all()
      .length;
  };
  expect((await admin.get('/admin/api-keys')).body.api_keys.length).toBe(3);
  app.clock.advance('89d');
  expect(await left()).toBe(3);
  app.clock.advance('2d');
  expect(await left()).toBe(2);
  app.clock.advance('2d');
  expect(await left()).toBe(1);
});

test('a script that makes and revokes keys without end is stopped', async () => {
  const app = testApp({ rate_limits: true });
  const alice = await app.user('alice');
  for (let i = 0; i < 60; i++) {
    const { body } = await alice.post('/me/keys', { name: 'again', scopes: ['scan'] });
    expect((await alice.delete(`/me/keys/${body.id}`)).status).toBe(204);
  }
  const { status, body } = await alice.post('/me/keys', { name: 'again', scopes: ['scan'] });
  expect([status, body.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
});
