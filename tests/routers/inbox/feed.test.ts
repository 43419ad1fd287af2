import { expect, test } from 'vitest';
import type { NewEvent } from '../../../routers/core/events/types.ts';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { plansOf } from '../../support/plans.ts';

const emit = (app: TestApp, event: NewEvent) => app.deps.emit(event);
const level = (app: TestApp, principal_id: number, reached: number) =>
  emit(app, { type: 'level.reached', principal_id, payload: { level: reached, total_xp: reached * 100 } });
const quiz = (app: TestApp, principal_id: number | null, pool_id: number) =>
  emit(app, {
    type: 'quiz.published',
    principal_id,
    payload: { pool_id, title: { ko: '파이썬 기초', en: 'Python basics' }, question_count: 15 },
  });

// biome-ignore lint/suspicious/noExplicitAny: what the wire carries
const levels = (body: any) => body.items.map((item: any) => item.payload.level);

test('a feed has the reader’s items and those for everyone, in the reader’s language', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  quiz(app, null, 5);
  level(app, alice.id, 2);
  quiz(app, bob.id, 6);
  const { status, body } = await alice.get('/api/v1/mobile/feed?page=1&limit=10');
  expect(status).toBe(200);
  expect(body).toMatchObject({ page: 1, limit: 10, total: 2, has_more: false });
  expect(body.items).toEqual([
    {
      id: expect.any(Number),
      type: 'level.reached',
      title: '레벨 2 달성',
      body: '지금까지 200 XP를 모았습니다.',
      payload: { level: 2, total_xp: 200 },
      created_at: expect.stringMatching(/Z$/),
    },
    expect.objectContaining({ type: 'quiz.published', title: '새 퀴즈: 파이썬 기초' }),
  ]);
  expect(body.next_since_id).toBe(body.items[0].id);
  const english = await alice.get('/mobile/feed', { 'accept-language': 'en' });
  expect(english.body.items[1].title).toBe('New quiz: Python basics');
  const bobs = (await bob.query('mobile.feed')).body.result.data;
  expect(bobs.items.map((item: { payload: object }) => item.payload)).toMatchObject([
    { pool_id: 6 },
    { pool_id: 5 },
  ]);
});

test('a client that continues from since_id misses nothing, whatever comes in between', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const first = await alice.get('/mobile/feed');
  expect(first.body).toMatchObject({ items: [], total: 0, has_more: false, next_since_id: 0 });
  for (let n = 1; n <= 5; n++) level(app, alice.id, n);
  const seen: number[] = [];
  let since = first.body.next_since_id;
  for (let more = true; more; ) {
    const { body } = await alice.get(`/mobile/feed?since_id=${since}&limit=2`);
    seen.push(...levels(body));
    if (seen.length === 2) quiz(app, null, 7);
    since = body.next_since_id;
    more = body.has_more;
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, undefined]);
  const nothing = await alice.get(`/mobile/feed?since_id=${since}`);
  expect(nothing.body).toMatchObject({ items: [], total: 0, has_more: false, next_since_id: since });
});

test('pages start at the newest item, and an invalid page or item is rejected', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (let n = 1; n <= 5; n++) level(app, alice.id, n);
  const page = async (query: string) => (await alice.get(`/mobile/feed?${query}`)).body;
  expect(levels(await page('limit=2'))).toEqual([5, 4]);
  expect(await page('limit=2')).toMatchObject({ has_more: true, total: 5 });
  expect(levels(await page('limit=2&page=3'))).toEqual([1]);
  expect(await page('limit=2&page=3')).toMatchObject({ has_more: false, page: 3 });
  expect(await page('limit=2&page=9')).toMatchObject({ items: [], has_more: false });
  for (const query of [
    'limit=0',
    'limit=101',
    'page=0',
    'page=1e15',
    'since_id=last_feed_item_id',
    'since_id=-1',
  ])
    expect(await page(query)).toMatchObject({ code: 'INVALID_INPUT' });
  expect((await app.client().get('/mobile/feed')).status).toBe(401);
});

test('a user’s dangerous scan is in their feed, and a guest’s in nobody’s', async () => {
  const app = testApp();
  const [guest, alice] = [app.client(), await app.user('alice')];
  await guest.post('/scan/analyze', { url: 'http://evil.example' });
  await alice.post('/scan/analyze', { url: 'http://evil-too.example/login' });
  const { body } = await alice.get('/mobile/feed');
  expect(body.items).toMatchObject([
    { type: 'scan.dangerous', title: '위험한 링크 발견', payload: { host: 'evil-too.example' } },
    { type: 'level.reached', payload: { level: 2 } },
    { type: 'badge.earned', payload: { code: 'first_dangerous_link' } },
  ]);
  expect(body.items[0].body).toContain('evil-too.example');
  const { n } = app.deps.db.$client.prepare('select count(*) n from feed_items').get() as { n: number };
  expect(n).toBe(3);
});

test('finished jobs appear with the beginning of their summary, and code is left out', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const job = { job_id: 1, project_id: 1, status: 'success', agent_id: 'a', attempt: 1 };
  const done = (job_type: string, summary: string | null) =>
    emit(app, {
      type: 'job.completed',
      principal_id: alice.id,
      payload: { ...job, job_type, summary },
    });
  done('git_scan', 'Found 5 issues.\nIn 3 files.');
  done('git_scan', 'x'.repeat(1_000_000));
  done('code_generation', 'def login(): pass');
  emit(app, {
    type: 'job.failed',
    principal_id: alice.id,
    payload: { ...job, status: 'failed', job_type: 'my_own', error_message: null },
  });
  const { items } = (await alice.get('/mobile/feed', { 'accept-language': 'en' })).body;
  const texts = items.map(({ title, body }: Record<string, string>) => [title, body]);
  expect(texts.reverse()).toEqual([
    ['Job done: repository scan', 'Found 5 issues. In 3 files.'],
    ['Job done: repository scan', `${'x'.repeat(199)}…`],
    ['Job done: code generation', 'The job is finished. Have a look at its result.'],
    ['Job failed: my_own', 'The job has failed. Its log tells more.'],
  ]);
});

test('the feed is read and counted from its index, in order, however long it is', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const plans = await plansOf(app.deps.db, 'feed_items', async () => {
    await alice.get('/mobile/feed');
    await alice.get('/mobile/feed?since_id=1');
  });
  expect(plans).toHaveLength(4);
  for (const plan of plans) {
    if (plan.includes('MERGE (UNION ALL)')) expect(plan.match(/USING INDEX feed_principal/g)).toHaveLength(2);
    else expect(plan).toContain('USING COVERING INDEX feed_principal');
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
  }
});

async function say(client: TestClient, feedback: object) {
  return client.post('/mobile/feedback', feedback);
}

test('feedback is stored without personal data, and administrators read it', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const admin = await app.admin();
  const example = {
    rating: 4,
    comment: '퀴즈 푸는 화면이 가끔 멈춰요.',
    screen_name: '/quiz/session/123',
    device_info: { os: 'android', version: '13' },
  };
  const { status, body } = await say(alice, example);
  expect([status, body]).toEqual([
    201,
    { ...example, id: expect.any(Number), created_at: expect.any(String) },
  ]);
  await say(alice, { rating: 1, comment: '연락 주세요: 010-1234-5678, kim@example.com' });
  await say(alice, { rating: 5 });
  const all = await admin.get('/admin/mobile/feedback');
  expect(all.body).toMatchObject({
    total: 3,
    feedback: [{ rating: 5, comment: null }, { rating: 1 }, example],
  });
  expect(all.body.feedback[1]).toMatchObject({ username: 'alice' });
  expect(JSON.stringify(all.body)).not.toMatch(/1234-5678|kim@/);
  expect((await admin.get('/admin/mobile/feedback?rating=4')).body).toMatchObject({ total: 1 });
  expect((await alice.get('/admin/mobile/feedback')).status).toBe(403);
});

test('invalid feedback is rejected with the field', async () => {
  const alice = await testApp().user('alice');
  const wrong: [object, string][] = [
    [{}, 'rating'],
    [{ rating: 0 }, 'rating'],
    [{ rating: 6 }, 'rating'],
    [{ rating: '4' }, 'rating'],
    [{ rating: 4, comment: 'x'.repeat(5001) }, 'comment'],
    [{ rating: 4, device_info: { log: 'x'.repeat(5000) } }, 'device_info'],
  ];
  for (const [sent, path] of wrong) {
    const { status, body } = await say(alice, sent);
    expect([status, body.issues?.[0]?.path]).toEqual([400, path]);
  }
});
