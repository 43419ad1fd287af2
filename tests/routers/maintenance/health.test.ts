import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

test('a healthy server is alive and ready, on REST and on tRPC', async () => {
  const client = testApp().client();
  expect((await client.get('/health/live')).body).toEqual({ live: true });
  const { status, body } = await client.get('/health/ready');
  expect([status, body]).toEqual([
    200,
    { ready: true, stopping: false, checks: { database: 'ok', url_model: 'ok' } },
  ]);
  expect((await client.query('health.ready')).body.result.data.ready).toBe(true);
});

test('a draining server is not ready, while every other operation still works', async () => {
  const { client, drain } = testApp();
  const guest = client();
  drain();
  const { status, body } = await guest.get('/health/ready');
  expect([status, body]).toMatchObject([503, { ready: false, stopping: true }]);
  expect((await guest.get('/health/live')).status).toBe(200);
  expect((await guest.get('/health')).status).toBe(200);
  expect((await guest.post('/scan/analyze', { url: 'https://example.com' })).status).toBe(200);
});

test('without its model a server is alive, degraded and not ready; without its database health is a 503 too', async () => {
  const { client, model, deps } = testApp({ alone: true });
  const guest = client();
  model.failing = true;
  expect(await guest.get('/health/ready')).toMatchObject({
    status: 503,
    body: { checks: { url_model: 'failing' } },
  });
  expect(await guest.get('/health')).toMatchObject({ status: 200, body: { status: 'degraded' } });
  model.failing = false;
  deps.db.$client.close();
  expect(await guest.get('/health/ready')).toMatchObject({
    status: 503,
    body: { checks: { database: 'failing' } },
  });
  expect((await guest.get('/health')).status).toBe(503);
  expect((await guest.get('/health/live')).status).toBe(200);
});
