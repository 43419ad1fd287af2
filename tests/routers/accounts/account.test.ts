import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

const DEFAULTS = {
  notification_enabled: true,
  ar_warning_enabled: true,
  language: 'ko',
  preferences: { theme: 'light', auto_scan: false },
};

test('settings start with defaults and merge changes, preferences too', async () => {
  const client = testApp().client();
  expect((await client.get('/settings')).body).toEqual({ status: 'success', data: DEFAULTS });
  const { body } = await client.put('/settings', { notification_enabled: false, language: 'en' });
  expect(body).toEqual({
    status: 'success',
    message: '설정이 업데이트되었습니다',
    data: { ...DEFAULTS, notification_enabled: false, language: 'en' },
  });
  await client.put('/settings', { preferences: { auto_scan: true, font: 'large' } });
  expect((await client.get('/settings')).body.data.preferences).toEqual({
    theme: 'light',
    auto_scan: true,
    font: 'large',
  });
});

test('settings of wrong types are rejected with the field, and so are too many preferences', async () => {
  const client = testApp().client();
  for (const [field, value] of Object.entries({
    language: 'fr',
    notification_enabled: 'yes',
    preferences: [],
  })) {
    const { status, body } = await client.put('/settings', { [field]: value });
    expect([status, body.issues[0].path], field).toEqual([400, field]);
  }
  const { body } = await client.put('/settings', { preferences: { note: 'x'.repeat(20_000) } });
  expect(body.issues[0].path).toBe('preferences');
  expect((await client.get('/settings')).body.data).toEqual(DEFAULTS);
});

test('settings belong to one caller', async () => {
  const { client, user } = testApp();
  const alice = await user('alice');
  await alice.put('/settings', { language: 'en' });
  expect((await (await user('bob')).get('/settings')).body.data.language).toBe('ko');
  expect((await client().get('/settings')).body.data.language).toBe('ko');
});

test('config compares versions as semver does', async () => {
  const client = testApp().client();
  const config = async (query: string) => (await client.get(`/config?${query}`)).body;
  expect(await config('client_type=mobile&client_version=1.0.9')).toMatchObject({
    client_type: 'mobile',
    min_client_version: '1.1.0',
    latest_client_version: '1.4.0',
    update_required: true,
    limits: { scan_per_minute: 60 },
  });
  expect((await config('client_version=1.10.0')).update_required).toBe(false);
  expect((await config('client_version=1.1.0-beta.1')).update_required).toBe(true);
  expect((await config('')).update_required).toBe(false);
  expect((await config('client_version=new')).issues[0].path).toBe('client_version');
  expect((await config('client_type=watch')).issues[0].path).toBe('client_type');
});

test('health reports each part, and is a 503 only when the database does not respond', async () => {
  const { client, deps } = testApp();
  const { status, body } = await client().get('/health');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ok', checks: { database: 'ok', url_model: 'ok' } });
  expect(body.uptime_seconds).toBeGreaterThanOrEqual(0);
  deps.db.$client.close();
  const down = await client().get('/health');
  expect([down.status, down.body.checks.database]).toEqual([503, 'failing']);
});

test('an operation for users requires a login', async () => {
  const client = testApp().client();
  for (const path of ['/me', '/auth/sessions', '/admin/lists']) {
    expect((await client.get(path)).body.code, path).toBe('AUTH_REQUIRED');
  }
  const { body } = await client.get('/me', { authorization: 'Bearer fsa_unknown' });
  expect(body.code).toBe('SESSION_EXPIRED');
});
