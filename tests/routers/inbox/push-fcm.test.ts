import { expect, test } from 'vitest';
import { deliverPush } from '../../../routers/inbox/push/deliver.ts';
import { testApp } from '../../support/app.ts';
import { localFcm } from '../../support/push-servers.ts';
import { clock, devices, level, outbox, withFcm } from '../../support/pushes.ts';

test('FCM gets a notification once, in the reader’s language, with a valid access token', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  level(app, alice.id);
  expect(outbox(app)).toHaveLength(1);
  expect(await deliver()).toMatchObject({ sent: 1, retried: 0 });
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

test('a 429 pauses all pushes to FCM for as long as it says', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  fcm.script.push({ status: 429, headers: { 'retry-after': '120' }, body: { error: { status: 'QUOTA' } } });
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ sent: 0, retried: 1, last_error: 'FCM 429 QUOTA' });
  level(app, alice.id, 3);
  skip('100s');
  expect(await deliver()).toBeNull();
  expect(fcm.received).toHaveLength(1);
  skip('21s');
  expect(await deliver()).toMatchObject({ sent: 2 });
});

test('a device that FCM reports unregistered is deleted with its queued pushes, and other errors delete none', async () => {
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
    expect(await deliver()).toMatchObject({ sent: 1, unregistered: 1 });
    expect(devices(app)).toEqual(['fcm_or_apns_device_token_string']);
    expect(outbox(app)).toEqual([]);
  }
  fcm.script.push(answer(400, { status: 'INVALID_ARGUMENT', details: blame('message.data') }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, unregistered: 0 });
  fcm.script.push(answer(403, { details: [{ [type]: FcmError, errorCode: 'SENDER_ID_MISMATCH' }] }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ given_up: 1, unregistered: 0 });
  fcm.script.push(answer(404, { status: 'NOT_FOUND' }));
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ retried: 1, unregistered: 0 });
  expect(devices(app)).toHaveLength(1);
});

test('an access token is used until it expires, and a revoked one is replaced at once', async () => {
  const { fcm, app, alice, deliver, time } = await withFcm();
  for (let n = 0; n < 30; n++) level(app, alice.id, n);
  expect(await deliver()).toMatchObject({ sent: 30 });
  expect(fcm.exchanges()).toBe(1);
  fcm.revoke();
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ sent: 1, retried: 0 });
  expect(fcm.exchanges()).toBe(2);
  time.skip(59.5 * 60_000);
  level(app, alice.id);
  await deliver();
  expect(fcm.exchanges()).toBe(3);
});

test('with an unknown service account no push is lost', async () => {
  const time = clock();
  const fcm = await localFcm(time);
  const wrong = fcm.sender({ account: { ...fcm.account, client_email: 'someone@else.example' } });
  const app = testApp({ push: { fcm: wrong } });
  const alice = await app.user('alice');
  await alice.post('/notifications/token', { device_token: 'phone', platform: 'fcm' });
  level(app, alice.id);
  expect(await deliverPush(app.deps)).toMatchObject({
    retried: 1,
    last_error: expect.stringContaining('invalid_grant'),
  });
  expect(outbox(app)).toHaveLength(1);
});
