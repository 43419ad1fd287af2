import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { readEnv } from '../../../server/process/env.ts';
import { localFcm } from '../../support/push-servers.ts';
import { emptyFolder, startServer } from './run.ts';

const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery staple' };

async function ask(url: string, token: string, route: string, body: object) {
  const answer = await fetch(url + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
  return answer.json();
}

test('a server that is killed while it sends a push sends it after its next start', async () => {
  const fcm = await localFcm({ now: () => Date.now() });
  const DATA_DIR = emptyFolder();
  const account = path.join(DATA_DIR, 'service-account.json');
  writeFileSync(account, JSON.stringify(fcm.account));
  const env = { DATA_DIR, FCM_SERVICE_ACCOUNT: account, FCM_API_URL: `${fcm.url}/`, ...ADMIN };
  const first = await startServer(env);
  const login = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
  const { access_token, user_id, data } = await ask(first.url, '', '/auth/login', login);
  const phone = { device_token: 'phone', platform: 'fcm' };
  expect(await ask(first.url, access_token, '/notifications/token', phone)).toMatchObject({
    push_available: true,
  });
  fcm.script.push('hang');
  const task = { user_id: user_id ?? data.user_id, type: 'mission', title: 'Read the report' };
  await ask(first.url, access_token, '/tasks', task);
  await expect.poll(() => fcm.received.length, { timeout: 15_000 }).toBe(1);
  first.child.kill('SIGKILL');
  await first.ended;
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'));
  const claimed = db.prepare('select attempts, due_at from push_outbox').all() as { due_at: number }[];
  expect(claimed).toEqual([{ attempts: 1, due_at: expect.any(Number) }]);
  expect(claimed[0]?.due_at).toBeGreaterThan(Date.now());
  // Its claims run out: of the push, and of the turn to deliver.
  db.prepare('update push_outbox set due_at = 0').run();
  db.prepare('update schedule_runs set held_until = 0').run();
  db.close();
  const second = await startServer(env);
  await expect.poll(() => fcm.received.length, { timeout: 15_000 }).toBe(2);
  expect(fcm.received[1]).toEqual({ ...fcm.received[0], android: expect.anything() });
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
}, 60_000);

test('credentials for pushes are taken as they are or from a file, and wrong ones are named and not shown', () => {
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8).toString();
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pkcs8).toString();
  const account = JSON.stringify({ project_id: 'demo', client_email: 'push@demo.example', private_key: rsa });
  const file = path.join(emptyFolder(), 'key.p8');
  writeFileSync(file, p256);
  const apple = { APNS_KEY_ID: 'KEY', APNS_TEAM_ID: 'TEAM', APNS_TOPIC: 'com.example.app' };
  expect(readEnv({ FCM_SERVICE_ACCOUNT: account }).FCM_SERVICE_ACCOUNT).toMatchObject({
    project_id: 'demo',
    token_uri: 'https://oauth2.googleapis.com/token',
  });
  for (const key of [file, p256, p256.replaceAll('\n', '\\n')])
    expect(readEnv({ APNS_KEY: key, ...apple }).APNS_KEY).toBe(p256);
  const wrong: [Record<string, string>, RegExp][] = [
    [{ FCM_SERVICE_ACCOUNT: '{"project_id":"demo"}' }, /^FCM_SERVICE_ACCOUNT must be the JSON/],
    [{ FCM_SERVICE_ACCOUNT: account.replace('demo', '') }, /^FCM_SERVICE_ACCOUNT must /],
    [{ FCM_SERVICE_ACCOUNT: '/nowhere.json' }, /^FCM_SERVICE_ACCOUNT must /],
    [{ FCM_API_URL: 'fcm' }, /^FCM_API_URL="fcm" must /],
    [{ APNS_KEY: rsa, ...apple }, /^APNS_KEY must be a P-256 private key/],
    [{ APNS_KEY: file, APNS_KEY_ID: 'KEY', APNS_TEAM_ID: 'TEAM' }, /^APNS_TOPIC must be set too/],
    [{ APNS_TOPIC: 'com.example.app' }, /^APNS_KEY must be set too/],
  ];
  for (const [env, message] of wrong) expect(() => readEnv(env)).toThrow(message);
});
