import { expect, test } from 'vitest';
import { devices, level, outbox, withApns } from '../../support/pushes.ts';

test('APNs gets notifications over one connection, with a valid provider token', async () => {
  const { apns, app, alice, deliver } = await withApns();
  for (let n = 2; n < 30; n++) level(app, alice.id, n);
  expect(await deliver()).toMatchObject({ sent: 28 });
  const { id } = (await alice.get('/notifications?limit=100')).body.notifications.at(-1);
  const first = apns.received.find(({ body }) => body.notification_id === String(id));
  expect(first).toMatchObject({
    token: 'a1b2c3',
    headers: {
      'apns-topic': 'com.example.app',
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-collapse-id': `notification-${id}`,
      'apns-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
    body: {
      aps: { alert: { title: '레벨 2 달성', body: '지금까지 200 XP를 모았습니다.' }, sound: 'default' },
      type: 'level.reached',
    },
  });
  expect(Number(first?.headers['apns-expiration'])).toBeGreaterThan(app.clock.now() / 1000 + 86_000);
  expect(new Set(apns.received.map(({ headers }) => headers.authorization)).size).toBe(1);
  expect(apns.connections()).toBe(1);
});

test('a provider token is renewed before it is an hour old, and at once when APNs reports it expired', async () => {
  const { apns, app, alice, deliver, time } = await withApns();
  const push = async (many = 1) => {
    for (let n = 0; n < many; n++) level(app, alice.id);
    expect(await deliver()).toMatchObject({ sent: many, retried: 0 });
    return apns.shown.size;
  };
  expect(await push()).toBe(1);
  time.skip(44 * 60_000);
  expect(await push()).toBe(1);
  time.skip(2 * 60_000);
  expect(await push()).toBe(2);
  apns.expire();
  expect(await push(20)).toBe(3);
});

test('devices that APNs reports unregistered are deleted, unless they were registered again since', async () => {
  const { apns, app, alice, deliver } = await withApns();
  const again = () => alice.post('/notifications/token', { device_token: 'a1b2c3', platform: 'apns' });
  const now = app.clock.now();
  const answers = [
    { status: 410, body: { reason: 'Unregistered', timestamp: now + 1000 } },
    { status: 410, body: { reason: 'ExpiredToken' } },
    { status: 400, body: { reason: 'BadDeviceToken' } },
  ];
  for (const answer of answers) {
    await again();
    apns.script.push(answer);
    level(app, alice.id);
    expect(await deliver()).toMatchObject({ unregistered: 1 });
    expect(devices(app)).toEqual([]);
  }
  await again();
  apns.script.push({ status: 410, body: { reason: 'Unregistered', timestamp: now - 60_000 } });
  level(app, alice.id);
  await deliver();
  expect([devices(app), outbox(app)]).toEqual([['a1b2c3'], []]);
});

test('permanent errors of APNs are not retried, and the others are', async () => {
  const { apns, app, alice, deliver, skip } = await withApns();
  apns.script.push({ status: 413, body: { reason: 'PayloadTooLarge' } });
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, last_error: 'APNs 413 PayloadTooLarge' });
  const mended = [
    { status: 429, body: { reason: 'TooManyRequests' } },
    { status: 500, body: { reason: 'InternalServerError' } },
    { status: 403, body: { reason: 'InvalidProviderToken' } },
  ];
  apns.script.push(...mended);
  level(app, alice.id);
  for (const { status } of mended) {
    expect(await deliver()).toMatchObject({
      retried: 1,
      last_error: expect.stringContaining(String(status)),
    });
    skip('80s');
  }
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('a connection that APNs closes, with or without GOAWAY, is opened again', async () => {
  const { apns, app, alice, deliver, skip } = await withApns();
  const push = async () => {
    level(app, alice.id);
    const summary = await deliver();
    return summary?.sent ?? 0;
  };
  expect(await push()).toBe(1);
  apns.goAway();
  expect(await push()).toBe(1);
  expect(apns.connections()).toBe(2);
  apns.drop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await push()).toBe(1);
  expect(apns.connections()).toBe(3);
  await apns.down();
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ sent: 0, retried: 1 });
  await apns.up();
  skip('10s');
  expect(await deliver()).toMatchObject({ sent: 1 });
});
