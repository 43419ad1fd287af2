import { expect, test } from 'vitest';
import type { ApnsOptions } from '../../routers/inbox/push/apns.ts';
import { deliverPush } from '../../routers/inbox/push/deliver.ts';
import type { FcmOptions } from '../../routers/inbox/push/fcm.ts';
import { type TestApp, testApp } from '../app.ts';
import { plansOf } from '../plans.ts';
import { emptyFolder } from '../process/run.ts';
import { localApns, localFcm } from '../push-servers.ts';

const clock = () => {
  let offset = 0;
  return { now: () => Date.now() + offset, skip: (ms: number) => (offset += ms) };
};

const level = (app: TestApp, principal_id: number, reached = 2) =>
  app.parts.emit(app.parts.db, {
    type: 'level.reached',
    principal_id,
    payload: { level: reached, total_xp: 200 },
  });

function outbox({ parts }: TestApp) {
  return parts.db.$client.prepare('select * from push_outbox order by id').all() as {
    id: number;
    attempts: number;
    due_at: number;
  }[];
}

const devices = ({ parts }: TestApp) =>
  parts.db.$client.prepare('select device_token from push_tokens order by id').pluck().all();

/** Alice with a phone, on FCM. */
async function withFcm(options: Partial<FcmOptions> = {}) {
  const time = clock();
  const fcm = await localFcm(time);
  const app = testApp({ push: { fcm: fcm.sender(options) } });
  const alice = await app.user('alice');
  const phone = { device_token: 'fcm_or_apns_device_token_string', platform: 'fcm' };
  expect((await alice.post('/notifications/token', phone)).status).toBe(201);
  return {
    fcm,
    app,
    alice,
    time,
    deliver: () => deliverPush(app.parts),
    skip: (by: string) => app.clock.advance(by),
  };
}

/** Alice with a phone, on APNs. */
async function withApns(options: Partial<ApnsOptions> = {}) {
  const time = clock();
  const apns = await localApns(time);
  const app = testApp({ push: { apns: apns.sender(options) } });
  const alice = await app.user('alice');
  await alice.post('/notifications/token', { device_token: 'a1b2c3', platform: 'apns' });
  return {
    apns,
    app,
    alice,
    time,
    deliver: () => deliverPush(app.parts),
    skip: (by: string) => app.clock.advance(by),
  };
}

test('a device is registered, again, by another, and up to twenty', async () => {
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
  const owners = app.parts.db.$client
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

test('a phone that is logged out is told nothing more', async () => {
  const { app, alice, fcm, deliver } = await withFcm();
  level(app, alice.id);
  await alice.post('/auth/logout');
  level(app, alice.id, 3);
  expect(await deliver()).toBeNull();
  expect([devices(app), outbox(app), fcm.received]).toEqual([[], [], []]);
});

test('FCM gets a notification once, in the language of its reader, from a service account it believes', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  level(app, alice.id);
  expect(outbox(app)).toHaveLength(1);
  expect(await deliver()).toMatchObject({ sent: 1, later: 0 });
  expect(await deliver()).toBeNull();
  const { id } = (await alice.get('/notifications')).body.notifications[0];
  expect(fcm.received).toEqual([
    {
      token: 'fcm_or_apns_device_token_string',
      notification: { title: '레벨 2 달성', body: '지금까지 200 XP를 모았습니다.' },
      data: { notification_id: String(id), type: 'level.reached', payload: '{"level":2,"total_xp":200}' },
      android: {
        priority: 'high',
        ttl: expect.stringMatching(/^8\d{4}s$/),
        notification: { tag: `notification-${id}` },
      },
      apns: { headers: { 'apns-collapse-id': `notification-${id}` } },
    },
  ]);
  await alice.put('/settings', { language: 'en' });
  level(app, alice.id, 3);
  await deliver();
  expect(fcm.received[1]?.notification.title).toBe('Level 3 reached');
  expect(fcm.exchanges()).toBe(1);
});

test('a push to whoever has set no language is in that of the device', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  const phone = { device_token: 'fcm_or_apns_device_token_string', platform: 'fcm' };
  await alice.post('/notifications/token', phone, { 'accept-language': 'en-GB' });
  level(app, alice.id);
  await deliver();
  expect(fcm.received[0]?.notification.title).toBe('Level 2 reached');
});

test('whoever wants no pushes gets none, and may still read', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  level(app, alice.id);
  await alice.put('/settings', { notification_enabled: false });
  level(app, alice.id, 3);
  expect(await deliver()).toBeNull();
  expect([fcm.received, outbox(app)]).toEqual([[], []]);
  expect((await alice.get('/notifications')).body).toMatchObject({ total: 2, unread: 2 });
});

test('what was read before it was sent is not sent; what waits for a device goes with it to nobody', async () => {
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

test('a 429 is waited for as long as it says, by all that goes there', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  fcm.script.push({ status: 429, headers: { 'retry-after': '120' }, body: { error: { status: 'QUOTA' } } });
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ sent: 0, later: 1, trouble: 'FCM 429 QUOTA' });
  level(app, alice.id, 3);
  skip('100s');
  expect(await deliver()).toBeNull();
  expect(fcm.received).toHaveLength(1);
  skip('21s');
  expect(await deliver()).toMatchObject({ sent: 2 });
});

test('a 500 is tried again, later each time', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  fcm.script.push({ status: 500 }, { status: 503 });
  level(app, alice.id);
  const waits: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    expect(await deliver()).toMatchObject({ later: 1 });
    waits.push((outbox(app)[0]?.due_at ?? 0) - app.clock.now());
    expect(await deliver()).toBeNull();
    skip('20s');
  }
  expect(waits[0]).toBeGreaterThan(4_000);
  expect(waits[0]).toBeLessThanOrEqual(10_000);
  expect(waits[1]).toBeGreaterThan(9_000);
  expect(waits[1]).toBeLessThanOrEqual(20_000);
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('after twelve tries it is given up, and the notification stays', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  level(app, alice.id);
  for (let turn = 1; turn <= 12; turn++) {
    fcm.script.push({ status: 503 });
    expect(await deliver()).toMatchObject(turn < 12 ? { later: 1 } : { given_up: 1 });
    skip('61m');
  }
  expect(outbox(app)).toEqual([]);
  expect(app.logged).toContainEqual(expect.objectContaining({ message: 'a push was given up' }));
  const { n } = app.parts.db.$client.prepare('select count(*) n from notifications').get() as { n: number };
  expect(n).toBe(1);
});

test('a token that FCM says is dead is forgotten, with all that waits for it; other mistakes are not its fault', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  const [type, FcmError] = ['@type', 'type.googleapis.com/google.firebase.fcm.v1.FcmError'];
  const answer = (status: number, error: object) => ({ status, body: { error } });
  const blame = (field: string) => [{ [type]: 'BadRequest', fieldViolations: [{ field }] }];
  const dead = [
    answer(404, { status: 'NOT_FOUND', details: [{ [type]: FcmError, errorCode: 'UNREGISTERED' }] }),
    answer(400, {
      status: 'INVALID_ARGUMENT',
      message: 'The registration token is not a valid FCM registration token',
      details: [{ [type]: FcmError, errorCode: 'INVALID_ARGUMENT' }],
    }),
    answer(400, { status: 'INVALID_ARGUMENT', details: blame('message.token') }),
  ];
  for (const said of dead) {
    await alice.post('/notifications/token', { device_token: 'dying', platform: 'fcm' });
    fcm.script.push('ok', said);
    level(app, alice.id);
    expect(await deliver()).toMatchObject({ sent: 1, dead: 1 });
    expect(devices(app)).toEqual(['fcm_or_apns_device_token_string']);
    expect(outbox(app)).toEqual([]);
  }
  fcm.script.push(answer(400, { status: 'INVALID_ARGUMENT', details: blame('message.data') }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, dead: 0 });
  fcm.script.push(answer(403, { details: [{ [type]: FcmError, errorCode: 'SENDER_ID_MISMATCH' }] }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, dead: 0 });
  fcm.script.push(answer(404, { status: 'NOT_FOUND' }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ later: 1, dead: 0 });
  expect(devices(app)).toHaveLength(1);
});

test('an access token is used until it runs out, and one that was revoked is replaced at once', async () => {
  const { fcm, app, alice, deliver, time } = await withFcm();
  for (let n = 0; n < 30; n++) level(app, alice.id, n);
  expect(await deliver()).toMatchObject({ sent: 30 });
  expect(fcm.exchanges()).toBe(1);
  fcm.revoke();
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ sent: 1, later: 0 });
  expect(fcm.exchanges()).toBe(2);
  time.skip(59.5 * 60_000);
  level(app, alice.id);
  await deliver();
  expect(fcm.exchanges()).toBe(3);
});

test('a service account that Google does not know loses nothing', async () => {
  const time = clock();
  const fcm = await localFcm(time);
  const wrong = fcm.sender({ account: { ...fcm.account, client_email: 'someone@else.example' } });
  const app = testApp({ push: { fcm: wrong } });
  const alice = await app.user('alice');
  await alice.post('/notifications/token', { device_token: 'phone', platform: 'fcm' });
  level(app, alice.id);
  expect(await deliverPush(app.parts)).toMatchObject({
    later: 1,
    trouble: expect.stringContaining('invalid_grant'),
  });
  expect(outbox(app)).toHaveLength(1);
});

test('a server that is down is asked again until it is up', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  await fcm.down();
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ later: 1 });
  await fcm.up();
  skip('10s');
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('two deliverers at once send each push once', async () => {
  const time = clock();
  const fcm = await localFcm(time);
  const file = `${emptyFolder()}/push.db`;
  const [one, other] = [
    testApp({ file, push: { fcm: fcm.sender() } }),
    testApp({ file, push: { fcm: fcm.sender() } }),
  ];
  const alice = await one.user('alice');
  await alice.post('/notifications/token', { device_token: 'phone', platform: 'fcm' });
  for (let n = 0; n < 120; n++) level(one, alice.id, n);
  const told = await Promise.all([deliverPush(one.parts), deliverPush(other.parts), deliverPush(one.parts)]);
  expect(told.reduce((sum, tally) => sum + (tally?.sent ?? 0), 0)).toBe(120);
  expect(told.filter(Boolean).length).toBeGreaterThan(1);
  expect(new Set(fcm.received.map(({ data }) => data.notification_id)).size).toBe(120);
  expect(fcm.received).toHaveLength(120);
});

test('a deliverer that dies between sending and noting it: another sends it once more, and what it says late counts for nothing', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  const dying = { ...app.parts };
  let wake = () => {};
  const sender = fcm.sender();
  dying.push = {
    apns: null,
    fcm: {
      send: async (message) => {
        await sender.send(message);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        return { outcome: 'later', reason: 'out of date' };
      },
    },
  };
  level(app, alice.id);
  const stuck = deliverPush(dying);
  await expect.poll(() => fcm.received.length).toBe(1);
  expect(await deliver()).toBeNull();
  skip('181s');
  fcm.script.push({ status: 503 });
  expect(await deliver()).toMatchObject({ later: 1 });
  const [before] = outbox(app);
  wake();
  await stuck;
  expect(outbox(app)).toEqual([before]);
  skip('20s');
  expect(await deliver()).toMatchObject({ sent: 1 });
  expect(new Set(fcm.received.map(({ android }) => android.notification.tag)).size).toBe(1);
  expect(outbox(app)).toEqual([]);
});

test('when the product is told to stop, what was not begun is left for the next start', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  for (let n = 0; n < 60; n++) level(app, alice.id, n);
  const running = deliver();
  app.stop();
  const told = await running;
  expect(told?.sent).toBe(fcm.received.length);
  const left = outbox(app);
  expect(left).toHaveLength(60 - fcm.received.length);
  for (const row of left) expect(row).toMatchObject({ attempts: 0 });
});

test('APNs gets a notification over one connection, with a token it believes', async () => {
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

test('a provider token is renewed before it is an hour old, and at once when APNs finds it too old', async () => {
  const { apns, app, alice, deliver, time } = await withApns();
  const push = async (many = 1) => {
    for (let n = 0; n < many; n++) level(app, alice.id);
    expect(await deliver()).toMatchObject({ sent: many, later: 0 });
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

test('devices that APNs says are gone are forgotten, unless they were registered since', async () => {
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
    expect(await deliver()).toMatchObject({ dead: 1 });
    expect(devices(app)).toEqual([]);
  }
  await again();
  apns.script.push({ status: 410, body: { reason: 'Unregistered', timestamp: now - 60_000 } });
  level(app, alice.id);
  await deliver();
  expect([devices(app), outbox(app)]).toEqual([['a1b2c3'], []]);
});

test('APNs refuses what no other try would mend, and is asked again for the rest', async () => {
  const { apns, app, alice, deliver, skip } = await withApns();
  apns.script.push({ status: 413, body: { reason: 'PayloadTooLarge' } });
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, trouble: 'APNs 413 PayloadTooLarge' });
  const mended = [
    { status: 429, body: { reason: 'TooManyRequests' } },
    { status: 500, body: { reason: 'InternalServerError' } },
    { status: 403, body: { reason: 'InvalidProviderToken' } },
  ];
  apns.script.push(...mended);
  level(app, alice.id);
  for (const { status } of mended) {
    expect(await deliver()).toMatchObject({ later: 1, trouble: expect.stringContaining(String(status)) });
    skip('80s');
  }
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('a connection that APNs ends, politely or not, is opened anew', async () => {
  const { apns, app, alice, deliver, skip } = await withApns();
  const push = async () => {
    level(app, alice.id);
    const told = await deliver();
    return told?.sent ?? 0;
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
  expect(await deliver()).toMatchObject({ sent: 0, later: 1 });
  await apns.up();
  skip('10s');
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('a server that takes a request and never answers is given up on, and asked again', async () => {
  const [onFcm, onApns] = [await withFcm({ answer_ms: 1000 }), await withApns({ answer_ms: 1000 })];
  onFcm.fcm.script.push('hang');
  onApns.apns.script.push('hang');
  for (const { app, alice, deliver, skip } of [onFcm, onApns]) {
    level(app, alice.id);
    expect(await deliver()).toMatchObject({ later: 1 });
    skip('10s');
    expect(await deliver()).toMatchObject({ sent: 1 });
  }
  expect(onApns.apns.connections()).toBe(2);
});

test('what is due is found by an index, in order', async () => {
  const { app, alice, deliver } = await withFcm();
  level(app, alice.id);
  const plans = await plansOf(app.parts.db, 'push_outbox', async () => deliver());
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatch(/^SEARCH push_outbox USING INDEX push_outbox_due \(platform=\? AND due_at<\?\)/);
  expect(plans[0]).not.toMatch(/SCAN|TEMP B-TREE/);
});
