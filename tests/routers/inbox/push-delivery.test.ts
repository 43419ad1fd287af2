import { expect, test } from 'vitest';
import { deliverPush } from '../../../routers/inbox/push/deliver.ts';
import { emptyFolder } from '../../server/process/run.ts';
import { testApp } from '../../support/app.ts';
import { plansOf } from '../../support/plans.ts';
import { localFcm } from '../../support/push-servers.ts';
import { clock, level, outbox, withApns, withFcm } from '../../support/pushes.ts';

test('a 500 is retried with growing backoff', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  fcm.script.push({ status: 500 }, { status: 503 });
  level(app, alice.id);
  const waits: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    expect(await deliver()).toMatchObject({ retried: 1 });
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

test('a push is given up after twelve attempts, and its notification stays', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  level(app, alice.id);
  for (let turn = 1; turn <= 12; turn++) {
    fcm.script.push({ status: 503 });
    expect(await deliver()).toMatchObject(turn < 12 ? { retried: 1 } : { given_up: 1 });
    skip('61m');
  }
  expect(outbox(app)).toEqual([]);
  expect(app.logged).toContainEqual(expect.objectContaining({ message: 'a push was given up' }));
  const { n } = app.deps.db.$client.prepare('select count(*) n from notifications').get() as { n: number };
  expect(n).toBe(1);
});

test('a push to a server that is down is retried until it is up', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  await fcm.down();
  level(app, alice.id);
  expect(await deliver()).toMatchObject({ retried: 1 });
  await fcm.up();
  skip('10s');
  expect(await deliver()).toMatchObject({ sent: 1 });
});

test('a request without a response times out and is retried', async () => {
  const [onFcm, onApns] = [await withFcm({ timeout_ms: 1000 }), await withApns({ timeout_ms: 1000 })];
  onFcm.fcm.script.push('hang');
  onApns.apns.script.push('hang');
  for (const { app, alice, deliver, skip } of [onFcm, onApns]) {
    level(app, alice.id);
    expect(await deliver()).toMatchObject({ retried: 1 });
    skip('10s');
    expect(await deliver()).toMatchObject({ sent: 1 });
  }
  expect(onApns.apns.connections()).toBe(2);
});

test('two concurrent deliveries send each push once', async () => {
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
  const summary = await Promise.all([deliverPush(one.deps), deliverPush(other.deps), deliverPush(one.deps)]);
  expect(summary.reduce((sum, tally) => sum + (tally?.sent ?? 0), 0)).toBe(120);
  expect(summary.filter(Boolean).length).toBeGreaterThan(1);
  expect(new Set(fcm.received.map(({ data }) => data.notification_id)).size).toBe(120);
  expect(fcm.received).toHaveLength(120);
});

test('after a crash between sending and recording, a push is sent once more, and a late record is ignored', async () => {
  const { fcm, app, alice, deliver, skip } = await withFcm();
  const dying = { ...app.deps };
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
        return { outcome: 'retry', reason: 'out of date' };
      },
    },
  };
  level(app, alice.id);
  const stuck = deliverPush(dying);
  await expect.poll(() => fcm.received.length).toBe(1);
  expect(await deliver()).toBeNull();
  skip('181s');
  fcm.script.push({ status: 503 });
  expect(await deliver()).toMatchObject({ retried: 1 });
  const [before] = outbox(app);
  wake();
  await stuck;
  expect(outbox(app)).toEqual([before]);
  skip('20s');
  expect(await deliver()).toMatchObject({ sent: 1 });
  expect(new Set(fcm.received.map(({ android }) => android.notification.tag)).size).toBe(1);
  expect(outbox(app)).toEqual([]);
});

test('when the product stops, unsent pushes stay for the next start', async () => {
  const { fcm, app, alice, deliver } = await withFcm();
  for (let n = 0; n < 60; n++) level(app, alice.id, n);
  const running = deliver();
  app.stop();
  const summary = await running;
  expect(summary?.sent).toBe(fcm.received.length);
  const left = outbox(app);
  expect(left).toHaveLength(60 - fcm.received.length);
  for (const row of left) expect(row).toMatchObject({ attempts: 0 });
});

test('due pushes are read from an index in order', async () => {
  const { app, alice, deliver } = await withFcm();
  level(app, alice.id);
  const plans = await plansOf(app.deps.db, 'push_outbox', async () => deliver());
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatch(/^SEARCH push_outbox USING INDEX push_outbox_due \(platform=\? AND due_at<\?\)/);
  expect(plans[0]).not.toMatch(/SCAN|TEMP B-TREE/);
});
