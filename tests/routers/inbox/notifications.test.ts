import { expect, test } from 'vitest';
import { feed_items, notifications, principals } from '../../../db/index.ts';
import { createApiKey } from '../../../routers/accounts/keys/api-keys.ts';
import type { NewEvent } from '../../../routers/core/events/types.ts';
import { deleteInboxBefore } from '../../../routers/inbox/retention.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { plansOf } from '../../support/plans.ts';

const emit = (app: TestApp, event: NewEvent) => app.deps.emit(event);
const level = (app: TestApp, principal_id: number, reached: number) =>
  emit(app, { type: 'level.reached', principal_id, payload: { level: reached, total_xp: reached * 100 } });

test('every event with a template becomes a notification in the reader’s language', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const principal_id = alice.id;
  const task = { task_id: 1, task_type: 'quiz', title: 'Git 퀴즈' };
  const due_at = Date.parse('2026-12-01T09:00:00Z');
  const job = {
    job_id: 1,
    project_id: 1,
    job_type: 'git_scan',
    status: 'failed',
    agent_id: null,
    attempt: 3,
  };
  const link = { url: 'http://evil.example/x', host: 'evil.example', file: 'a.md', line: 3, risk_score: 0.9 };
  const commit_hash = 'a1b2c3d4e5f6a7b8';
  const happened: NewEvent[] = [
    { type: 'job.failed', principal_id, payload: { ...job, error_message: 'out of memory' } },
    {
      type: 'diff.dangerous',
      principal_id,
      payload: { project_id: 1, commit_hash, total: 2, links: [link, { ...link, line: 9 }] },
    },
    {
      type: 'badge.earned',
      principal_id,
      payload: { code: 'first_commit', name: { ko: '첫 커밋', en: 'First commit' }, rarity: 'common' },
    },
    {
      type: 'reward.redeemed',
      principal_id,
      payload: {
        redemption_id: 1,
        reward_id: 'RWD-001',
        name: { ko: '커피 쿠폰', en: 'Coffee coupon' },
        quantity: 1,
        points_spent: 500,
      },
    },
    { type: 'task.assigned', principal_id, payload: { ...task, due_at } },
    { type: 'task.due', principal_id, payload: { ...task, due_at } },
    { type: 'device.signed_in', principal_id, payload: { client_id: 'desktop-client-id' } },
  ];
  for (const event of happened) emit(app, event);
  const read = async (language: string) => {
    const { body } = await alice.get('/notifications', { 'accept-language': language });
    return body.notifications.reverse().map(({ title, body }: Record<string, string>) => [title, body]);
  };
  expect(await read('ko')).toEqual([
    ['작업 실패: 저장소 분석', 'out of memory'],
    ['커밋에서 위험한 링크 2개 발견', '커밋 a1b2c3d4: evil.example (a.md:3) …'],
    ['배지 획득: 첫 커밋', '새 배지를 받았습니다. 축하합니다!'],
    ['리워드 교환: 커피 쿠폰', '500포인트로 1개를 교환했습니다.'],
    ['새 과제: Git 퀴즈', expect.stringMatching(/^2026년 12월 1일.*6:00까지 완료해 주세요\.$/)],
    [
      '과제 마감: Git 퀴즈',
      expect.stringMatching(/^마감은 2026년 12월 1일 .*입니다\. 아직 완료되지 않았습니다\.$/),
    ],
    [
      '새 기기에서 로그인',
      'desktop-client-id 기기에서 로그인했습니다. 본인이 아니라면 비밀번호를 바꿔 주세요.',
    ],
  ]);
  expect((await read('en')).slice(1, 5)).toEqual([
    ['2 dangerous links in a commit', 'Commit a1b2c3d4: evil.example (a.md:3) …'],
    ['Badge earned: First commit', 'You have a new badge. Congratulations!'],
    ['Reward redeemed: Coffee coupon', 'You spent 500 points on 1.'],
    ['New task: Git 퀴즈', expect.stringMatching(/^It is due Dec 1, 2026.*6:00\sPM \(KST\)\.$/)],
  ]);
});

test('a broadcast with an addressee notifies that user, as in the guide’s example; one without notifies nobody', async () => {
  const app = testApp();
  const { db, clock, random } = app.deps;
  const owner = await app.user('owner');
  // The next user is number 123, as in the example.
  db.insert(principals).values({ id: 122, kind: 'guest', guest_id: 'g', created_at: 0 }).run();
  const kim = await app.user('kim');
  expect(kim.id).toBe(123);
  const service = app.client();
  service.token = createApiKey(db, clock, random, { name: 'llm', scopes: ['events'], user: owner.id }).key;
  const broadcast = {
    event_type: 'llm_rate_limit_hit',
    payload: { model: 'gpt-4o', user_id: 123 },
    timestamp: '2025-10-28T11:00:00Z',
  };
  expect((await service.post('/events/broadcast', broadcast)).status).toBe(202);
  const { notifications, total, unread } = (await kim.get('/notifications')).body;
  expect([total, unread]).toEqual([1, 1]);
  expect(notifications[0]).toMatchObject({
    type: 'broadcast',
    title: '언어 모델 사용 한도 초과',
    body: 'gpt-4o의 요청 한도에 도달했습니다. 잠시 후 다시 시도해 주세요.',
    payload: broadcast,
    read: false,
  });
  await service.post('/events/broadcast', { event_type: 'deployed', payload: { title: 'v2' } });
  expect((await owner.get('/notifications')).body.total).toBe(0);
  const large = { user_id: 123, title: 'v2 is out', message: 'x'.repeat(100_000) };
  await service.post('/events/broadcast', { event_type: 'deployed', payload: large });
  await service.post('/events/broadcast', { event_type: 'constructor', payload: { user_id: 123 } });
  const more = (await kim.get('/notifications')).body.notifications;
  expect(more[0]).toMatchObject({ title: 'constructor', body: '새로운 소식이 있습니다.' });
  expect(JSON.stringify(more[1]).length).toBeLessThan(1000);
});

test('the list is paged and filtered by read or unread, as booleans and as text', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (let n = 1; n <= 5; n++) level(app, alice.id, n);
  const list = async (query: string) => (await alice.get(`/notifications?${query}`)).body;
  const all = await list('page=1&limit=20');
  expect(all).toMatchObject({ total: 5, unread: 5, page: 1, limit: 20 });
  const [newest] = all.notifications;
  expect((await alice.post(`/notifications/${newest.id}/read`)).body).toEqual({ ...newest, read: true });
  expect(await list('page=1&limit=20&read=false')).toMatchObject({ total: 4, unread: 4 });
  expect(await list('read=true')).toMatchObject({ total: 1, unread: 4, notifications: [{ id: newest.id }] });
  const second = await list('page=2&limit=2&read=false');
  expect(second.notifications.map((one: { payload: object }) => one.payload)).toMatchObject([
    { level: 2 },
    { level: 1 },
  ]);
  const native = await alice.query('notifications.list', { read: false, limit: 1 });
  expect(native.body.result.data).toMatchObject({ total: 4, limit: 1 });
  for (const query of ['read=maybe', 'page=0', 'limit=101', 'page=1e15'])
    expect(await list(query)).toMatchObject({ code: 'INVALID_INPUT' });
});

test('marking one or all as read can be repeated', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (let n = 1; n <= 3; n++) level(app, alice.id, n);
  const { id } = (await alice.get('/notifications')).body.notifications[0];
  for (let turn = 0; turn < 2; turn++) {
    const { status, body } = await alice.post(`/notifications/${id}/read`);
    expect([status, body.read]).toEqual([200, true]);
  }
  expect((await alice.post('/notifications/read-all')).body).toEqual({ updated: 2 });
  expect((await alice.post('/notifications/read-all')).body).toEqual({ updated: 0 });
  expect((await alice.get('/notifications')).body).toMatchObject({ unread: 0, total: 3 });
});

test("another user's notification is not found", async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  level(app, alice.id, 2);
  const { id } = (await alice.get('/notifications')).body.notifications[0];
  expect((await bob.post(`/notifications/${id}/read`)).status).toBe(404);
  expect((await bob.post('/notifications/999/read')).status).toBe(404);
  await bob.post('/notifications/read-all');
  expect((await alice.get('/notifications')).body.unread).toBe(1);
  expect((await app.client().get('/notifications')).status).toBe(401);
});

test('the event stream has a notification’s event, from the same transaction', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  level(app, alice.id, 2);
  const rows = app.deps.db.$client
    .prepare("select principal_id, payload from events where type = 'notification.created'")
    .all() as { principal_id: number; payload: string }[];
  const { id } = (await alice.get('/notifications')).body.notifications[0];
  expect(rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) }))).toEqual([
    { principal_id: alice.id, payload: { notification_id: id, type: 'level.reached' } },
  ]);
});

test('each list and count of notifications is read from its index, in order', async () => {
  const app = testApp({ alone: true });
  const alice = await app.user('alice');
  const plans = await plansOf(app.deps.db, 'notifications', async () => {
    await alice.get('/notifications');
    await alice.get('/notifications?read=false');
  });
  expect(plans.sort()).toEqual([
    'SEARCH notifications USING COVERING INDEX notifications_principal (principal_id=?)',
    'SEARCH notifications USING COVERING INDEX notifications_read (principal_id=? AND read=?)',
    'SEARCH notifications USING INDEX notifications_principal (principal_id=?)',
    'SEARCH notifications USING INDEX notifications_read (principal_id=? AND read=?)',
  ]);
});

test('old notifications and feed items are deleted, and newer ones stay', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (let n = 1; n <= 3; n++) level(app, alice.id, n);
  app.clock.advance('30m');
  const before = app.clock.now();
  level(app, alice.id, 4);
  const deleteBefore = async (instant: number) => [
    await deleteInboxBefore(app.deps, feed_items, instant),
    await deleteInboxBefore(app.deps, notifications, instant),
  ];
  expect(await deleteBefore(before)).toEqual([3, 3]);
  expect((await alice.get('/notifications')).body).toMatchObject({ total: 1, unread: 1 });
  expect((await alice.get('/mobile/feed')).body.items).toMatchObject([{ payload: { level: 4 } }]);
  expect(await deleteBefore(before)).toEqual([0, 0]);
  expect(await deleteBefore(app.clock.now() + 1)).toEqual([1, 1]);
});
