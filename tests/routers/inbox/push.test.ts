import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { devices, level, outbox, withFcm } from '../../support/pushes.ts';

test('a device is registered, again, by another user, and up to twenty per user', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const example = { device_token: 'fcm_or_apns_device_token_string', platform: 'fcm' };
  const { status, body } = await alice.post('/api/v1/notifications/token', example);
  expect([status, body]).toEqual([
    201,
    { ...example, id: expect.any(Number), push_available: false, registered_at: expect.any(String) },
  ]);
  expect((await alice.post('/notifications/token', example)).body.id).toBe(body.id);
  expect((await alice.post('/notifications/token', { ...example, platform: 'apns' })).status).toBe(201);
  expect((await bob.post('/notifications/token', example)).status).toBe(201);
  const owners = app.deps.db.$client
    .prepare('select principal_id from push_tokens order by id')
    .pluck()
    .all();
  expect(owners).toEqual([alice.id, bob.id]);
  for (let n = 0; n < 25; n++)
    await bob.post('/notifications/token', { ...example, device_token: `phone-${n}` });
  expect(devices(app).slice(1)).toEqual(Array.from({ length: 20 }, (_, n) => `phone-${n + 5}`));
  for (const wrong of [
    { device_token: '' },
    { device_token: 'a b' },
    { device_token: 7 },
    { platform: 'sms' },
  ])
    expect((await bob.post('/notifications/token', { ...example, ...wrong })).status).toBe(400);
  expect((await app.client().post('/notifications/token', example)).status).toBe(401);
});

test('a device gets no pushes after its session has ended', async () => {
  const { app, alice, fcm, deliver } = await withFcm();
  level(app, alice.id);
  await alice.post('/auth/logout');
  level(app, alice.id, 3);
  expect(await deliver()).toBeNull();
  expect([devices(app), outbox(app), fcm.received]).toEqual([[], [], []]);
});

test('a push to a user without a language setting is in the device’s language', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  const phone = { device_token: 'fcm_or_apns_device_token_string', platform: 'fcm' };
  await alice.post('/notifications/token', phone, { 'accept-language': 'en-GB' });
  level(app, alice.id);
  await deliver();
  expect(fcm.received[0]?.notification.title).toBe('Level 2 reached');
});

test('a user who has turned pushes off gets none, and can still list notifications', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  level(app, alice.id);
  await alice.put('/settings', { notification_enabled: false });
  level(app, alice.id, 3);
  expect(await deliver()).toBeNull();
  expect([fcm.received, outbox(app)]).toEqual([[], []]);
  expect((await alice.get('/notifications')).body).toMatchObject({ total: 2, unread: 2 });
});

test('a notification that was read is not pushed, and the pushes of a device are deleted when it moves', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  const bob = await app.user('bob');
  level(app, alice.id);
  await alice.post('/notifications/read-all');
  expect(await deliver()).toBeNull();
  level(app, alice.id, 3);
  await bob.post('/notifications/token', {
    device_token: 'fcm_or_apns_device_token_string',
    platform: 'fcm',
  });
  expect(await deliver()).toBeNull();
  expect(fcm.received).toEqual([]);
});

test('without credentials for a platform nothing is queued for it', async () => {
  const { app, alice, deliver } = await withFcm();
  await alice.post('/notifications/token', { device_token: 'an-iphone', platform: 'apns' });
  level(app, alice.id);
  expect(outbox(app)).toHaveLength(1);
  expect(await deliver()).toMatchObject({ sent: 1 });
});
