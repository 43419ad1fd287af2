import { expect } from 'vitest';
import type { ApnsOptions } from '../../routers/inbox/push/apns.ts';
import { deliverPush } from '../../routers/inbox/push/deliver.ts';
import type { FcmOptions } from '../../routers/inbox/push/fcm.ts';
import { type TestApp, testApp } from './app.ts';
import { localApns, localFcm } from './push-servers.ts';

export const clock = () => {
  let offset = 0;
  return { now: () => Date.now() + offset, skip: (ms: number) => (offset += ms) };
};

export const level = (app: TestApp, principal_id: number, reached = 2) =>
  app.deps.emit({
    type: 'level.reached',
    principal_id,
    payload: { level: reached, total_xp: 200 },
  });

export function outbox({ deps }: TestApp) {
  return deps.db.$client.prepare('select * from push_outbox order by id').all() as {
    id: number;
    attempts: number;
    due_at: number;
  }[];
}

export const devices = ({ deps }: TestApp) =>
  deps.db.$client.prepare('select device_token from push_tokens order by id').pluck().all();

const inHand = (
  app: TestApp,
  alice: Awaited<ReturnType<TestApp['user']>>,
  time: ReturnType<typeof clock>,
) => ({
  app,
  alice,
  time,
  deliver: () => deliverPush(app.deps),
  skip: (by: string) => app.clock.advance(by),
});

/** Alice with a phone, on FCM. */
export async function withFcm(options: Partial<FcmOptions> = {}) {
  const time = clock();
  const fcm = await localFcm(time);
  const app = testApp({ push: { fcm: fcm.sender(options) } });
  const alice = await app.user('alice');
  const phone = { device_token: 'fcm_or_apns_device_token_string', platform: 'fcm' };
  expect((await alice.post('/notifications/token', phone)).status).toBe(201);
  return { fcm, ...inHand(app, alice, time) };
}

/** Alice with a phone, on APNs. */
export async function withApns(options: Partial<ApnsOptions> = {}) {
  const time = clock();
  const apns = await localApns(time);
  const app = testApp({ push: { apns: apns.sender(options) } });
  const alice = await app.user('alice');
  await alice.post('/notifications/token', { device_token: 'a1b2c3', platform: 'apns' });
  return { apns, ...inHand(app, alice, time) };
}
