import { expect, test } from 'vitest';
import { listConfirmedUrls } from '../../../routers/safety/scan/export-feedback.ts';
import { testApp } from '../../support/app.ts';
import type { TestClient } from '../../support/test-client.ts';

async function report(client: TestClient, url: string, verdict: 'safe' | 'dangerous'): Promise<number> {
  const { body } = await client.post('/scan/analyze', { url });
  const { url_hash } = body.data.details;
  const { status, body: receipt } = await client.post('/scan/feedback', { url_hash, verdict });
  expect(status).toBe(200);
  return receipt.data.id;
}

test('whoever reports a verdict sees what became of it, and is notified; others do not see it', async () => {
  const app = testApp();
  const [alice, bob, admin] = [await app.user('alice'), await app.user('bob'), await app.admin()];
  const id = await report(alice, 'https://kind-shop.kr/', 'dangerous');
  const open = await alice.get('/scan/feedback');
  expect(open.body.data).toMatchObject({
    total: 1,
    next_cursor: null,
    reports: [{ id, url: 'https://kind-shop.kr/', verdict: 'dangerous', outcome: 'open', decided_at: null }],
  });
  const answer = 'It was taken over last week.';
  const decided = await admin.post(`/admin/scan/feedback/${id}/decide`, { outcome: 'confirmed', answer });
  expect(decided.body).toMatchObject({ id, outcome: 'confirmed' });
  const { body } = await alice.get('/scan/feedback');
  expect(body.data.reports).toMatchObject([{ outcome: 'confirmed', answer }]);
  expect(Date.parse(body.data.reports[0].decided_at)).toBeGreaterThan(0);
  const notified = await alice.get('/notifications', { 'accept-language': 'en' });
  expect(notified.body.notifications).toMatchObject([
    { type: 'report.decided', title: 'Your report was confirmed', body: answer },
  ]);
  expect((await bob.get('/scan/feedback')).body.data).toEqual({ total: 0, next_cursor: null, reports: [] });
  expect((await alice.post(`/admin/scan/feedback/${id}/decide`, { outcome: 'rejected' })).status).toBe(403);
});

test('the same decision again notifies nobody; another one does', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  const id = await report(alice, 'https://kind-shop.kr/', 'dangerous');
  for (const outcome of ['rejected', 'rejected', 'confirmed'])
    await admin.post(`/admin/scan/feedback/${id}/decide`, { outcome });
  const { body } = await alice.get('/notifications', { 'accept-language': 'ko' });
  expect(body.notifications.map(({ title }: { title: string }) => title)).toEqual([
    '신고가 확인되었습니다',
    '신고를 검토했습니다',
  ]);
  expect((await admin.post('/admin/scan/feedback/999/decide', { outcome: 'confirmed' })).status).toBe(404);
  const lists = await Promise.all(
    ['open', 'confirmed', 'rejected'].map((outcome) => admin.get(`/admin/scan/feedback?outcome=${outcome}`)),
  );
  expect(lists.map(({ body }) => body.total)).toEqual([0, 1, 0]);
});

test('a guest follows a report by its cookie, and confirmed reports become training rows', async () => {
  const app = testApp();
  const [guest, admin] = [app.client(), await app.admin()];
  const bad = await report(guest, 'https://bad-shop.kr/', 'dangerous');
  const good = await report(guest, 'https://good-shop.kr/', 'safe');
  await report(guest, 'https://open-shop.kr/', 'dangerous');
  for (const id of [bad, good])
    await admin.post(`/admin/scan/feedback/${id}/decide`, { outcome: 'confirmed' });
  const { body } = await guest.get('/scan/feedback');
  expect(body.data.reports.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'open',
    'confirmed',
    'confirmed',
  ]);
  expect(listConfirmedUrls(app.deps.db)).toEqual([
    { url: 'https://bad-shop.kr/', label: 1, source: 'feedback' },
    { url: 'https://good-shop.kr/', label: 0, source: 'feedback' },
  ]);
});

test('a verdict that a list decided can be reported by whoever got it', async () => {
  const app = testApp();
  const admin = await app.admin();
  await admin.post('/admin/lists', { list: 'deny', kind: 'host', entry: 'blocked-shop.kr' });
  const guest = app.client();
  await report(guest, 'https://blocked-shop.kr/', 'safe');
  const { body } = await guest.get('/scan/feedback');
  expect(body.data.reports).toMatchObject([{ analysis_result: 'dangerous', verdict: 'safe' }]);
});
