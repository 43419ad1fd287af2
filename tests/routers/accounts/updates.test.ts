import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';

const SHA = 'AB'.repeat(32);
const release = (version: string, more: object = {}) => ({
  platform: 'windows',
  version,
  download_url: `https://downloads.example.com/${version}.exe`,
  sha256: SHA,
  release_notes: `새 버전 ${version}`,
  ...more,
});
const updates = async (client: TestClient, current_version: string, platform = 'windows') =>
  (await client.get(`/device/updates?current_version=${current_version}&platform=${platform}`)).body;

async function appWithAdmin() {
  const app = testApp();
  const admin = await app.admin();
  const publish = async (version: string, more: object = {}) => {
    const { status, body } = await admin.post('/admin/releases', release(version, more));
    expect(status).toBe(201);
    return body.id as number;
  };
  return { ...app, admin, publish, guest: app.client() };
}

test('without a release there is no update', async () => {
  // The guide's query.
  const { status, body } = await testApp()
    .client()
    .get('/device/updates?current_version=1.0.0&platform=windows');
  expect([status, body]).toEqual([
    200,
    {
      update_available: false,
      mandatory: false,
      latest_version: null,
      download_url: null,
      sha256: null,
      release_notes: null,
      notices: [],
    },
  ]);
});

test('the newest version is the newest by semver for the platform', async () => {
  const { publish, guest } = await appWithAdmin();
  for (const version of ['1.9.0', '1.10.0', '1.2.0']) await publish(version);
  await publish('3.0.0', { platform: 'linux' });
  expect(await updates(guest, '1.0.0')).toMatchObject({
    update_available: true,
    mandatory: false,
    latest_version: '1.10.0',
    download_url: 'https://downloads.example.com/1.10.0.exe',
    sha256: SHA.toLowerCase(),
    release_notes: '새 버전 1.10.0',
  });
  expect(await updates(guest, 'v1.10.0')).toMatchObject({
    update_available: false,
    latest_version: '1.10.0',
    sha256: null,
  });
  expect(await updates(guest, '2.0.0')).toMatchObject({ update_available: false });
  expect(await updates(guest, '1.0.0', 'macos')).toMatchObject({ latest_version: null });
});

test('an update is mandatory when one in between is, or when the newest requires it of old versions', async () => {
  const { publish, guest } = await appWithAdmin();
  await publish('1.1.0', { mandatory: true });
  await publish('1.2.0', { min_version: '1.0.5' });
  expect((await updates(guest, '1.0.9')).mandatory).toBe(true);
  expect((await updates(guest, '1.1.0')).mandatory).toBe(false);
  await publish('1.3.0', { min_version: '1.1.5' });
  expect((await updates(guest, '1.1.0')).mandatory).toBe(true);
  expect((await updates(guest, '1.3.0')).mandatory).toBe(false);
});

test('pre-releases are offered to users of a pre-release', async () => {
  const { publish, guest } = await appWithAdmin();
  await publish('1.0.0');
  await publish('2.0.0-beta.2', { mandatory: true });
  expect(await updates(guest, '1.0.0')).toMatchObject({ update_available: false, latest_version: '1.0.0' });
  expect(await updates(guest, '2.0.0-beta.1')).toMatchObject({
    mandatory: true,
    latest_version: '2.0.0-beta.2',
  });
  await publish('2.0.0');
  expect((await updates(guest, '2.0.0-beta.2')).latest_version).toBe('2.0.0');
});

test('an invalid version or platform is rejected with the field', async () => {
  const client = testApp().client();
  expect((await updates(client, 'new')).issues[0].path).toBe('current_version');
  expect((await updates(client, '1.0.0', 'beos')).issues[0].path).toBe('platform');
});

test('a version is published once and can be withdrawn; each change leaves an audit row', async () => {
  const { admin, publish, guest, deps } = await appWithAdmin();
  const id = await publish('1.1.0');
  const twice = await admin.post('/admin/releases', release('v1.1.0'));
  expect([twice.status, twice.body.code]).toEqual([409, 'CONFLICT']);
  for (const [more, path] of [
    [{ version: 'new' }, 'version'],
    [{ min_version: 'old' }, 'min_version'],
    [{ sha256: 'abc' }, 'sha256'],
    [{ download_url: 'javascript:alert(1)' }, 'download_url'],
  ] as const) {
    const { status, body } = await admin.post('/admin/releases', release('1.2.0', more));
    expect([status, body.issues[0].path]).toEqual([400, path]);
  }
  const listed = (await admin.get('/admin/releases?platform=windows')).body;
  expect(listed).toMatchObject({ total: 1, releases: [{ id, version: '1.1.0', min_version: null }] });
  expect((await admin.get('/admin/releases?platform=linux')).body.total).toBe(0);
  expect((await admin.delete(`/admin/releases/${id}`)).status).toBe(204);
  expect((await admin.delete(`/admin/releases/${id}`)).status).toBe(404);
  expect((await updates(guest, '1.0.0')).update_available).toBe(false);
  const actions = deps.db.$client.prepare('SELECT action, target FROM audit_log').all();
  expect(actions).toEqual([
    { action: 'releases.create', target: String(id) },
    { action: 'releases.remove', target: String(id) },
  ]);
});

test('notices appear in their time and on their platform, the newest first', async () => {
  const { admin, guest, clock, deps } = await appWithAdmin();
  const notice = async (title: string, more: object = {}) => {
    const { status, body } = await admin.post('/admin/notices', { title, body: '…', ...more });
    expect(status).toBe(201);
    return body.id as number;
  };
  const at = (days: number) => `${new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 19)}Z`;
  const first = await notice('always');
  await notice('linux', { platform: 'linux' });
  await notice('later', { starts_at: at(1) });
  await notice('over', { starts_at: at(-2), ends_at: at(-1) });
  await notice('today', { ends_at: at(0.5) });
  const titles = async (platform?: string) =>
    (await updates(guest, '1.0.0', platform)).notices.map(({ title }: { title: string }) => title);
  expect(await titles()).toEqual(['today', 'always']);
  expect(await titles('linux')).toEqual(['today', 'linux', 'always']);
  clock.advance('25h');
  // The token has run out, the cookie has not.
  admin.token = null;
  expect(await titles()).toEqual(['later', 'always']);
  const wrong = await admin.post('/admin/notices', {
    title: 'x',
    body: 'y',
    starts_at: at(2),
    ends_at: at(1),
  });
  expect([wrong.status, wrong.body.issues[0].path]).toEqual([400, 'ends_at']);
  expect((await admin.get('/admin/notices?limit=2')).body).toMatchObject({ total: 5, notices: [{}, {}] });
  expect((await admin.delete(`/admin/notices/${first}`)).status).toBe(204);
  expect((await admin.delete(`/admin/notices/${first}`)).status).toBe(404);
  expect(
    deps.db.$client.prepare("SELECT count(*) AS n FROM audit_log WHERE action LIKE 'notices.%'").get(),
  ).toEqual({ n: 6 });
});

test('only administrators publish versions and notices', async () => {
  const alice = await testApp().user('alice');
  for (const path of ['/admin/releases', '/admin/notices']) {
    expect((await alice.get(path)).body.code).toBe('FORBIDDEN');
    expect((await alice.post(path, {})).body.code).toBe('FORBIDDEN');
    expect((await alice.delete(`${path}/1`)).body.code).toBe('FORBIDDEN');
  }
});
