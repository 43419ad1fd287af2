import { expect, test } from 'vitest';
import { PASSWORD, testApp } from '../../support/app.ts';

const ids = (users: { id: number }[]) => users.map(({ id }) => id);

test('users are listed, searched as text, filtered, sorted and paged', async () => {
  const app = testApp();
  const admin = await app.admin();
  const [alice, bob, carol] = [await app.user('alice'), await app.user('bob_b'), await app.user('carol')];
  const list = async (query: string) => (await admin.get(`/admin/users?${query}`)).body;
  expect(await list('')).toMatchObject({
    total: 4,
    users: [{ username: 'carol' }, {}, {}, { role: 'admin' }],
  });
  expect(ids((await list('search=ALICE')).users)).toEqual([alice.id]);
  expect(ids((await list('search=b_b')).users)).toEqual([bob.id]);
  expect((await list('search=%25')).total).toBe(0);
  expect((await list('role=admin')).total).toBe(1);
  const page = await list('sort=oldest&limit=1&offset=2');
  expect([page.total, ids(page.users)]).toEqual([4, [bob.id]]);
  await admin.post(`/admin/users/${carol.id}/lock`);
  expect(ids((await list('locked=true')).users)).toEqual([carol.id]);
  expect((await list('locked=false')).total).toBe(3);
  expect((await admin.get('/admin/users?limit=101')).status).toBe(400);
  const one = await admin.get(`/admin/users/${alice.id}`);
  expect(one.body).toMatchObject({ username: 'alice', email: 'alice@example.com', sessions: 1, api_keys: 0 });
  expect(JSON.stringify(one.body)).not.toContain('argon2');
});

test('a locked user loses access at once, with API keys, and has everything back when unlocked', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  const key = await admin.post('/admin/api-keys', { name: 'k', scopes: ['agent'], user_id: alice.id });
  const agent = app.client();
  agent.token = key.body.key;
  const ask = () => agent.post('/agent/jobs/request', { agent_id: 'a' });
  expect((await ask()).status).toBe(200);
  const locked = await admin.post(`/admin/users/${alice.id}/lock`);
  expect(locked.body).toMatchObject({ id: alice.id, sessions: 0, locked_at: expect.any(String) });
  expect((await alice.get('/me')).status).toBe(401);
  expect((await ask()).status).toBe(401);
  const login = () => app.client().post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  expect((await login()).body.code).toBe('AUTH_FAILED');
  expect((await admin.post(`/admin/users/${alice.id}/lock`)).body.locked_at).toBe(locked.body.locked_at);
  expect((await admin.post(`/admin/users/${alice.id}/unlock`)).body.locked_at).toBe(null);
  expect((await login()).status).toBe(200);
  expect((await ask()).status).toBe(200);
});

test('a password that is reset is shown once, works, and ends every login', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  const { status, body } = await admin.post(`/admin/users/${alice.id}/reset-password`);
  expect([status, body]).toEqual([200, expect.objectContaining({ id: alice.id, sessions_ended: 1 })]);
  expect(body.password).toMatch(/^[\w-]{16}$/);
  expect((await alice.get('/me')).status).toBe(401);
  const login = (password: string) => app.client().post('/auth/login', { username: 'alice', password });
  expect((await login(PASSWORD)).status).toBe(401);
  expect((await login(body.password)).status).toBe(200);
});

test('a user whom an administrator creates can log in, and addresses and names are unique', async () => {
  const app = testApp();
  const admin = await app.admin();
  const response = await admin.post('/admin/users', { email: 'lee@example.com', role: 'admin' });
  expect([response.status, response.body.role, response.body.username]).toEqual([201, 'admin', 'lee']);
  const lee = await app
    .client()
    .post('/auth/login', { email: 'lee@example.com', password: response.body.password });
  expect(lee.status).toBe(200);
  const again = await admin.post('/admin/users', { email: 'LEE@example.com' });
  expect(again.body.code).toBe('EMAIL_TAKEN');
  const input = { email: 'kim@example.com', username: 'lee', password: 'a good long one' };
  expect((await admin.post('/admin/users', input)).body.code).toBe('USERNAME_TAKEN');
  const common = await admin.post('/admin/users', { email: 'kim@example.com', password: 'password1' });
  expect(common.body.issues[0].path).toBe('password');
});

test('the last administrator can be neither locked nor demoted', async () => {
  const app = testApp();
  const admin = await app.admin();
  const me = (await admin.get('/me')).body.id;
  const alice = await app.user('alice');
  const lockMe = () => admin.post(`/admin/users/${me}/lock`);
  const demote = (id: number) => admin.put(`/admin/users/${id}/role`, { role: 'user' });
  expect([(await lockMe()).status, (await demote(me)).body.code]).toEqual([409, 'CONFLICT']);
  // One who is locked out cannot administer.
  await admin.put(`/admin/users/${alice.id}/role`, { role: 'admin' });
  await admin.post(`/admin/users/${alice.id}/lock`);
  expect((await demote(me)).status).toBe(409);
  expect((await demote(alice.id)).status).toBe(200);
  await admin.put(`/admin/users/${alice.id}/role`, { role: 'admin' });
  await admin.post(`/admin/users/${alice.id}/unlock`);
  expect((await lockMe()).status).toBe(200);
  expect((await admin.get('/admin/users')).status).toBe(401);
});

test('administration is for administrators, and a missing user is not found', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  for (const path of [
    '/admin/users',
    '/admin/config',
    '/admin/audit',
    '/admin/figures',
    '/admin/scan/feedback',
  ]) {
    expect((await alice.get(path)).status, path).toBe(403);
    expect((await app.client().get(path)).status, path).toBe(401);
  }
  for (const path of ['lock', 'unlock', 'reset-password']) {
    expect((await alice.post(`/admin/users/${alice.id}/${path}`)).status, path).toBe(403);
    expect((await admin.post(`/admin/users/999/${path}`)).status, path).toBe(404);
  }
  expect((await admin.put('/admin/users/999/role', { role: 'user' })).status).toBe(404);
  expect((await admin.get('/admin/users/999')).status).toBe(404);
});

test("flags reach clients, and versions and limits change the product's behaviour", async () => {
  const app = testApp({ rate_limits: true, alone: true });
  const admin = await app.admin();
  const set = (name: string, value: unknown) => admin.put(`/admin/config/${name}`, { value });
  const config = async (query = '') => (await app.client().get(`/config?${query}`)).body;
  expect((await set('new_scanner', { share: 0.5 })).body).toMatchObject({
    name: 'new_scanner',
    value: { share: 0.5 },
  });
  await set('min_client_version', '2.0.0');
  await set('min_client_version.mobile', '3.0.0');
  await set('limits.scan_per_minute', 2);
  expect(await config('client_version=2.5.0')).toMatchObject({
    flags: { new_scanner: { share: 0.5 } },
    min_client_version: '2.0.0',
    latest_client_version: '1.4.0',
    update_required: false,
    limits: { scan_per_minute: 2, chat_per_minute: 30 },
  });
  expect(await config('client_type=mobile&client_version=2.5.0')).toMatchObject({ update_required: true });
  const guest = app.client();
  await guest.get('/auth/status');
  const scan = async () => (await guest.post('/scan/analyze', { url: 'https://example.com' })).status;
  expect([await scan(), await scan(), await scan()]).toEqual([200, 200, 429]);
  for (const [name, value] of [
    ['min_client_version', '2'],
    ['limits.scan_per_minute', 0],
    ['limits.chat_per_minute', 'many'],
    ['big', 'x'.repeat(5000)],
    ['nothing', undefined],
  ] as const)
    expect((await set(name, value)).body.issues[0].path, name).toBe('value');
  expect((await set('Bad%20Name', 1)).body.issues[0].path).toBe('name');
  expect((await admin.delete('/admin/config/limits.scan_per_minute')).status).toBe(204);
  expect((await admin.delete('/admin/config/limits.scan_per_minute')).status).toBe(404);
  // Another process may not know for a second.
  app.clock.advance('1s');
  expect((await config()).limits.scan_per_minute).toBe(60);
  expect((await admin.get('/admin/config')).body.flags).toHaveLength(3);
});

test('the audit log is filtered by action, object, target, actor and time', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  await admin.post(`/admin/users/${alice.id}/lock`);
  await admin.post(`/admin/users/${alice.id}/unlock`);
  app.clock.advance('30m');
  await admin.put('/admin/config/a', { value: 1 });
  const list = async (query: string) => (await admin.get(`/admin/audit?${query}`)).body;
  const all = await list('');
  expect(all.entries.map(({ action }: { action: string }) => action)).toEqual([
    'config.set',
    'users.unlock',
    'users.lock',
  ]);
  expect(all.entries[0]).toMatchObject({ actor: 'admin', target: 'a', detail: { from: null, to: 1 } });
  expect((await list('action=users.lock')).total).toBe(1);
  expect((await list('action=users.')).total).toBe(2);
  expect((await list('target=a')).total).toBe(1);
  expect((await list('actor_id=999')).total).toBe(0);
  expect((await list(`from=${all.entries[0].created_at}`)).total).toBe(1);
  expect((await list(`to=${all.entries[0].created_at}`)).total).toBe(2);
  expect((await list('limit=1&offset=1')).entries[0].action).toBe('users.unlock');
});

test('reported verdicts are listed with the verdict of then and of now', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  const { body } = await alice.post('/scan/analyze', { url: 'https://evil.example' });
  const { url_hash } = body.data.details;
  await alice.post('/scan/feedback', { url_hash, verdict: 'safe', comment: '회사 사이트입니다' });
  await app.client().post('/scan/feedback', { url_hash, verdict: 'dangerous' });
  const list = async (query: string) => (await admin.get(`/admin/scan/feedback?${query}`)).body;
  expect(await list('')).toMatchObject({
    total: 2,
    feedback: [{ username: null, verdict: 'dangerous' }, {}],
  });
  expect(await list('disagreeing=true')).toMatchObject({
    total: 1,
    feedback: [
      {
        username: 'alice',
        verdict: 'safe',
        analysis_result: 'dangerous',
        now: { analysis_result: 'dangerous', model_version: 'scripted_v1' },
      },
    ],
  });
  app.deps.classifier.info.model_version = 'scripted_v2';
  expect((await list('verdict=safe&analysis_result=dangerous')).feedback[0].now).toBe(null);
});

test('statistics count users, scans, jobs and stored files', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  const project = await alice.post('/git/projects/register', { name: 'p', local_path: '/p' });
  await alice.post(`/projects/${project.body.id}/jobs`, { job_type: 'git_scan' });
  await alice.post('/scan/analyze', { url: 'https://evil.example' });
  await alice.post('/scan/analyze', { url: 'https://evil.example' });
  await app.client().post('/scan/analyze', { url: 'https://example.com' });
  await alice.post('/llm/cost', { model_name: 'm', input_tokens: 10, output_tokens: 5, cost_usd: 0.25 });
  const form = new FormData();
  form.set('file', new Blob(['hello']), 'a.txt');
  await alice.post('/files', form);
  const { status, body } = await admin.get('/admin/figures?days=7');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    users: { total: 2, admins: 1, locked: 0, registered: 2, active: 2, guests: 1 },
    scans: { scans: 3, dangerous: 2, cached: 1, days: [{ scans: 3 }] },
    jobs: { pending: 1, running: 0, failed: 0 },
    llm: { requests: 1, input_tokens: 10, output_tokens: 5, cost_usd: 0.25, unpriced: 0 },
    storage: { files: 1, file_bytes: 5, backups: 0, newest_backup: null },
  });
  expect(body.storage.database_bytes).toBeGreaterThan(0);
  app.clock.advance('8d');
  const later = await admin.post('/auth/login', { username: 'admin', password: PASSWORD });
  admin.token = later.body.access_token;
  expect((await admin.get('/admin/figures?days=7')).body.scans).toMatchObject({
    scans: 0,
    share_dangerous: null,
    days: [],
  });
});
