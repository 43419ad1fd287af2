import { createHmac } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { gami_ledger, users } from '../../../db/index.ts';
import { createApiKey } from '../../../routers/accounts/keys/api-keys.ts';
import { findAwardsByEvent } from '../../../routers/learning/gami/award-history.ts';
import { PASSWORD, type TestApp, type TestClient, testApp, WEBHOOK_SECRET } from '../../support/app.ts';
import { COMMIT, told, withProject } from '../../support/repository.ts';

const profile = async (it: { get(path: string): Promise<{ body: unknown }> }) =>
  (await it.get('/gami/profile')).body as Record<string, number> & { badges: { code: string }[] };

test('a new account has nothing; its first login brings the day, a badge, and a level', async () => {
  const alice = await testApp().user('alice');
  expect((await alice.get('/gami/profile')).body).toMatchObject({
    user: { id: alice.id, username: 'alice' },
    points: 0,
    xp: 0,
    level: 1,
    next_level_xp: 100,
    xp_percentage: 0,
    streak_days: 0,
    badges: [],
  });
  for (let i = 0; i < 2; i++) {
    const login = await alice.post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
    alice.token = login.body.access_token;
  }
  const { status, body } = await alice.get('/gami/profile');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    user: { id: alice.id, username: 'alice' },
    points: 0,
    xp: 220,
    total_xp: 220,
    level: 2,
    current_level_xp: 100,
    next_level_xp: 300,
    xp_to_next_level: 80,
    xp_percentage: 60,
    streak_days: 1,
    badges: [{ code: 'first_login', is_earned: true, progress: { current: 1, target: 1 } }],
  });
  expect(JSON.stringify(body)).not.toContain('example.com');
});

test('commits earn their author: the first more, ten a day, badges at the first and the tenth', async () => {
  const { alice, app, path } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const [event] = told(app, 'commit.stored');
  expect(findAwardsByEvent(app.deps.db, event?.id as number)).toMatchObject({
    xp: 100 + 20 + 20 + 200,
    points: 0,
    badges_unlocked: [{ code: 'first_commit', name: { ko: '첫 커밋', en: 'First commit' } }],
  });
  expect((await profile(alice)).xp).toBe(340);
  await alice.post(`${path}/commits`, COMMIT);
  expect((await profile(alice)).xp).toBe(340);
  for (let i = 10; i < 22; i++) {
    await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${i}`.repeat(20) });
  }
  const now = await profile(alice);
  expect(now.xp).toBe(340 + 9 * 20 + 200);
  expect(now.badges.map(({ code }) => code)).toEqual(['first_commit', 'commits_10']);
});

test("a commit is its author's, wherever it is stored, if the address is verified; else it is the owner's", async () => {
  const { alice, app, path } = await withProject();
  const bob = await app.user('bob');
  const commit = { ...COMMIT, author_email: 'Bob@Example.com' };
  await alice.post(`${path}/commits`, commit);
  expect([(await profile(alice)).xp, (await profile(bob)).xp]).toEqual([340, 0]);
  const verified = { email_verified_at: app.clock.now() };
  app.deps.db.update(users).set(verified).where(eq(users.id, bob.id)).run();
  await alice.post(`${path}/commits`, { ...commit, commit_hash: 'b'.repeat(40) });
  expect([(await profile(alice)).xp, (await profile(bob)).xp]).toEqual([340, 340]);
});

test('points come from what the product can verify: all else earns XP only', async () => {
  const { alice, app, path } = await withProject();
  const points = async () => (await profile(alice)).points;
  const logIn = { email: 'alice@example.com', password: PASSWORD };
  alice.token = (await alice.post('/auth/login', logIn)).body.access_token;
  for (let i = 10; i < 30; i++) {
    await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${i}`.repeat(20) });
  }
  app.deps.emit({
    type: 'job.completed',
    principal_id: alice.id,
    payload: {
      ...{ job_id: 1, project_id: 1, job_type: 'code_generation', status: 'success' },
      ...{ agent_id: 'a', attempt: 1, summary: null },
    },
  });
  const quiz = { pool_id: 1, pool_title: { ko: '', en: '' }, mode: 'timed', score: 100 } as const;
  const finish = (session_id: number, is_published: boolean) =>
    app.deps.emit({
      type: 'quiz.finished',
      principal_id: alice.id,
      payload: { ...quiz, session_id, correct: 10, total: 10, is_published },
    });
  for (let i = 0; i < 20; i++) finish(i, false);
  expect([((await profile(alice)).xp ?? 0) > 1000, await points()]).toEqual([true, 0]);
  finish(100, true);
  expect(await points()).toBe(6);
  const before = await points();
  const push = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { clone_url: 'https://github.com/username/myproject.git' },
    commits: [{ id: 'c'.repeat(40), message: 'm', author: { email: 'a@b.example' } }],
  });
  app.clock.advance('25h');
  const send = (to: string, secret: string) =>
    app.client().post(to, push, {
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(push).digest('hex')}`,
      'x-github-event': 'push',
    });
  alice.token = (await alice.post('/auth/login', logIn)).body.access_token;
  const own = (await alice.get(`/projects/${path.slice(5)}/webhook`)).body;
  const otherPush = await send(own.path, own.secret);
  expect([otherPush.status, otherPush.body.commits_stored, await points()]).toEqual([202, 1, before]);
});

test('a commit that a signed webhook confirms earns points', async () => {
  const { alice, app } = await withProject();
  const push = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { clone_url: 'https://github.com/username/myproject.git' },
    commits: [{ id: 'c'.repeat(40), message: 'm', author: { email: 'a@b.example' } }],
  });
  const signature = createHmac('sha256', WEBHOOK_SECRET).update(push).digest('hex');
  await app.client().post('/webhooks/git', push, {
    'x-hub-signature-256': `sha256=${signature}`,
    'x-github-event': 'push',
  });
  // 20 for the commit; the first one, its badge and the day are for XP alone.
  expect(await profile(alice)).toMatchObject({ xp: 340, points: 2 });
});

test('scans count for users, and the tenth brings a badge; guests earn nothing', async () => {
  const app = testApp();
  const [alice, guest] = [await app.user('alice'), app.client()];
  const scan = (it: TestClient, n: number) => it.post('/scan/analyze', { url: `https://example.com/${n}` });
  for (let i = 0; i < 12; i++) await scan(guest, i);
  for (let i = 0; i < 8; i++) await scan(alice, i);
  const before = (await alice.get('/gami/badges?status=available')).body;
  expect(before.available.find(({ code }: { code: string }) => code === 'scans_10').progress).toEqual({
    current: 8,
    target: 10,
  });
  expect([before.earned, before.total_earned]).toEqual([[], 0]);
  await alice.post('/scan/batch', { urls: ['https://a.example', 'https://b.example', 'https://c.example'] });
  await scan(alice, 1);
  const now = await profile(alice);
  expect([now.xp, now.badges.map(({ code }) => code)]).toEqual([220, ['scans_10']]);
  expect(app.deps.db.select().from(gami_ledger).all()).toHaveLength(2);
});

test('the first dangerous link is a find, also when someone else found it before; a report earns once', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const url = 'https://evil.example/login';
  for (const it of [alice, bob]) {
    const { body } = await it.post('/scan/analyze', { url });
    for (let i = 0; i < 2; i++) {
      await it.post('/scan/feedback', { url_hash: body.data.details.url_hash, verdict: 'dangerous' });
    }
    const { xp, badges } = await profile(it);
    expect([xp, badges.map(({ code }) => code)]).toEqual([230, ['first_dangerous_link']]);
  }
});

test('a day is one day whatever the time zone of the user, and a badge comes on the seventh in a row', async () => {
  const app = testApp();
  let now = Date.parse('2026-11-26T14:30:00Z'); // 23:30 in Seoul, 09:30 in New York
  app.deps.clock.now = () => now;
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  // Access tokens last an hour; the cookie stays.
  alice.token = bob.token = null;
  for (const timezone of ['Seoul', '', 'constructor']) {
    expect((await bob.put('/settings', { preferences: { timezone } })).status, timezone).toBe(400);
  }
  await bob.put('/settings', { preferences: { timezone: 'America/New_York' } });
  for (const it of [alice, bob]) await it.post('/scan/analyze', { url: 'https://example.com' });
  now += 3_600_000;
  for (const it of [alice, bob]) await it.post('/scan/analyze', { url: 'https://example.com' });
  expect([(await profile(alice)).streak_days, (await profile(bob)).streak_days]).toEqual([2, 2]);
  const { xp } = await profile(bob);
  for (const timezone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/New_York']) {
    await bob.put('/settings', { preferences: { timezone } });
    await bob.post('/gami/events', { event_name: 'daily_login' });
  }
  expect(await profile(bob)).toMatchObject({ xp, streak_days: 2 });
  for (let day = 0; day < 5; day++) {
    now += 86_400_000;
    await alice.post('/scan/analyze', { url: 'https://example.com' });
  }
  const seventh = await profile(alice);
  expect([seventh.streak_days, seventh.badges.map(({ code }) => code)]).toEqual([7, ['streak_7']]);
  now += 86_400_000;
  expect((await profile(alice)).streak_days).toBe(7);
  now += 86_400_000;
  expect((await profile(alice)).streak_days).toBe(0);
});

/** A service that may tell of anyone's events. */
async function serviceOf(app: TestApp) {
  await app.admin();
  const it = app.client();
  const { db, clock, random } = app.deps;
  it.token = createApiKey(db, clock, random, { name: 's', scopes: ['gami'], user: 'admin' }).key;
  return it;
}

test("the guide's examples are answered, whatever existing clients make of their names", async () => {
  const app = testApp();
  const [alice, service] = [await app.user('alice'), await serviceOf(app)];
  const context = { project_id: 10, commit_hash: 'a1b2c3d4' };
  const told = { event_name: 'first_commit_made', user_id: alice.id, context };
  const { status, body } = await service.post('/gami/events', told);
  expect([status, body]).toMatchObject([
    201,
    {
      event: { event_name: 'first_commit_made', user_id: alice.id, context },
      profile: { user: { id: alice.id }, xp: 340, level: 3 },
      rewards: { xp: 340, points: 34 },
      badges_unlocked: [{ code: 'first_commit', is_earned: true }],
      duplicate: false,
    },
  ]);
  const { user_id } = body.profile.user;
  const old = { event_code: 'FIRST_COMMIT_MADE', user_id, metadata: context };
  for (const again of [told, old, { ...told, context: { commit_hash: 'ffffffff' } }]) {
    const { body: second } = await service.post('/api/v1/gami/events', again);
    expect(second).toMatchObject({ rewards: { xp: 0, points: 0 }, badges_unlocked: [], duplicate: true });
  }
  expect((await profile(alice)).xp).toBe(340);
  expect((await alice.get('/gami/profile')).status).toBe(200);
  for (const status of ['earned', 'available']) {
    expect((await alice.get(`/gami/badges?status=${status}`)).status).toBe(200);
  }
  expect((await alice.get('/gami/leaderboard?period=weekly')).status).toBe(200);
  await alice.post('/gami/groups', { name: 'my_study_group' });
  expect((await alice.get('/gami/leaderboard?group=my_study_group')).status).toBe(200);
});

test('what a user says of himself earns nothing more than what is on record', async () => {
  const { alice, app, path } = await withProject();
  const lies = [
    { event_name: 'first_commit_made', context: { commit_hash: 'a1b2c3d4' } },
    { event_name: 'commit_made', context: { commit_hash: 'a1b2c3d4' } },
    { event_name: 'quiz_finished', context: { session_id: 1, correct: 10, total: 10 } },
    { event_name: 'code_generation_done', context: { job_id: 1 } },
    { event_name: 'dangerous_link_reported', context: { url_hash: 'a'.repeat(64) } },
    { event_name: 'task_completed', context: { task_id: 1 } },
  ];
  for (const lie of lies) {
    expect((await alice.post('/gami/events', lie)).status, lie.event_name).toBe(404);
  }
  await alice.post(`${path}/commits`, COMMIT);
  const before = (await profile(alice)).xp;
  for (const truth of lies.slice(0, 2)) {
    const { status, body } = await alice.post('/gami/events', truth);
    expect([status, body.duplicate, body.rewards.xp]).toEqual([201, true, 0]);
  }
  const today = await alice.post('/gami/events', { event_name: 'daily-login' });
  expect(today.body).toMatchObject({ event: { event_name: 'daily_activity' }, duplicate: true });
  expect((await profile(alice)).xp).toBe(before);
  expect(
    app.deps.db
      .select()
      .from(gami_ledger)
      .all()
      .every(({ user_id }) => user_id === alice.id),
  ).toBe(true);
});

test('events there are not, users there are not, and users who name another are refused', async () => {
  const app = testApp();
  const [alice, bob, service] = [await app.user('alice'), await app.user('bob'), await serviceOf(app)];
  const day = { event_name: 'daily_activity' };
  const tries: [typeof alice | typeof service, object, number, string?][] = [
    [alice, { event_name: 'badge' }, 404, 'event_name'],
    [alice, { event_name: 'constructor' }, 404, 'event_name'],
    [alice, {}, 400, 'event_name'],
    [alice, { ...day, user_id: bob.id }, 403],
    [alice, { ...day, user_id: 999_999 }, 403],
    [alice, { ...day, user_id: alice.id }, 201],
    [alice, { ...day, user_id: 1.5 }, 400, 'user_id'],
    [service, { ...day, user_id: bob.id }, 201],
    [service, { ...day, user_id: 'user_20200101_001' }, 404],
    [service, { event_name: 'commit_made', user_id: bob.id }, 400, 'context.commit_hash'],
    [service, { event_name: 'quiz_finished', context: { session_id: 'x' } }, 400, 'context.session_id'],
  ];
  for (const [it, body, status, path] of tries) {
    const answer = await it.post('/gami/events', body);
    expect([answer.status, answer.body.issues?.[0]?.path], JSON.stringify(body)).toEqual([status, path]);
  }
  const agent = app.client();
  const { db, clock, random } = app.deps;
  agent.token = createApiKey(db, clock, random, { name: 'a', scopes: ['agent'], user: bob.id }).key;
  expect((await agent.post('/gami/events', day)).status).toBe(403);
  expect((await app.client().post('/gami/events', day)).status).toBe(401);
});

test('the same Idempotency-Key gets the same answer', async () => {
  const app = testApp();
  const [alice, service] = [await app.user('alice'), await serviceOf(app)];
  const told = { event_name: 'commit_made', user_id: alice.id, context: { commit_hash: 'a1b2c3d4' } };
  const headers = { 'idempotency-key': 'k1' };
  const answers = await Promise.all([1, 2, 3].map(() => service.post('/gami/events', told, headers)));
  expect(answers.map(({ body }) => body.rewards.xp)).toEqual([340, 340, 340]);
  expect((await profile(alice)).xp).toBe(340);
});

test('activities tell what earned what, the newest first, and nobody sees those of others', async () => {
  const { alice, app, path } = await withProject();
  const bob = await app.user('bob');
  await alice.post(`${path}/commits`, COMMIT);
  const { body } = await alice.get('/gami/activities?limit=3');
  expect([body.total, body.activities.map(({ title, xp }: never) => [title, xp])]).toEqual([
    4,
    [
      ['배지 획득: 첫 커밋', 200],
      ['오늘의 첫 활동', 20],
      ['첫 커밋', 100],
    ],
  ]);
  const english = await alice.get('/gami/activities?limit=1&offset=3', { 'accept-language': 'en' });
  expect(english.body.activities[0]).toMatchObject({
    title: 'Commit',
    detail: { commit_hash: COMMIT.commit_hash },
  });
  expect((await bob.get('/gami/activities')).body.total).toBe(0);
  expect((await alice.get('/gami/activities?limit=0')).status).toBe(400);
});
