import { expect, test } from 'vitest';
import { remindDueTasks } from '../../../routers/inbox/tasks/due.ts';
import { type TestApp, type TestClient, type TestOptions, testApp } from '../../support/app.ts';
import { plansOf } from '../../support/plans.ts';

const QUIZ = {
  type: 'quiz',
  title: 'Git 브랜치 퀴즈 풀기',
  description: '10문제를 모두 풀면 완료됩니다.',
  payload: { pool_id: 5 },
};

async function app3(options: TestOptions = {}) {
  const app = testApp(options);
  return { app, alice: await app.user('alice'), bob: await app.user('bob'), admin: await app.admin() };
}

async function assign(admin: TestClient, user_id: unknown, more: object = {}) {
  const { status, body } = await admin.post('/tasks', { ...QUIZ, user_id, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.tasks as { id: number; user_id: string }[];
}

const inHours = (app: TestApp, hours: number) =>
  new Date(app.clock.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, '');

const happened = ({ deps }: TestApp, type: string) =>
  deps.db.$client.prepare('select principal_id, payload from events where type = ?').all(type) as {
    principal_id: number;
    payload: string;
  }[];

test('an assigned task is listed, notified and completed once', async () => {
  const { app, alice, admin } = await app3();
  const due_at = inHours(app, 48);
  const [task] = await assign(admin, alice.id, { due_at });
  const listed = (await alice.get('/api/v1/tasks/assigned?status=pending')).body;
  const expected = {
    ...QUIZ,
    id: task?.id,
    status: 'pending',
    due_at,
    created_at: expect.any(String),
    completed_at: null,
  };
  expect(listed).toEqual({ tasks: [expected], next_cursor: null });
  expect((await alice.get('/tasks/assigned?type=quiz&limit=5')).body).toEqual(listed);
  for (const path of ['/mobile/feed', '/notifications']) {
    const [item] = Object.values((await alice.get(path)).body)[0] as { type: string; payload: object }[];
    expect(item).toMatchObject({ type: 'task.assigned', payload: { task_id: task?.id, due_at } });
  }
  for (let turn = 0; turn < 2; turn++) {
    const { status, body } = await alice.post(`/tasks/${task?.id}/complete`);
    expect([status, body]).toEqual([200, { ...expected, status: 'done', completed_at: expect.any(String) }]);
  }
  expect(happened(app, 'task.completed').map(({ principal_id }) => principal_id)).toEqual([alice.id]);
  expect((await alice.get('/tasks/assigned?status=pending')).body).toEqual({ tasks: [], next_cursor: null });
  expect((await alice.query('tasks.assigned', { status: 'done' })).body.result.data.tasks).toHaveLength(1);
});

test('concurrent completions complete a task once', async () => {
  const { app, alice, admin } = await app3();
  const [task] = await assign(admin, alice.id);
  const all = await Promise.all(Array.from({ length: 10 }, () => alice.post(`/tasks/${task?.id}/complete`)));
  expect(new Set(all.map(({ status, body }) => `${status} ${body.completed_at}`)).size).toBe(1);
  expect(happened(app, 'task.completed')).toHaveLength(1);
});

test('several users, by id or `user_…`, get a task each; one missing user fails all', async () => {
  const { alice, bob, admin } = await app3();
  const { user_id } = (await bob.get('/me')).body;
  const response = await assign(admin, [alice.id, user_id, user_id, alice.id]);
  expect(response).toHaveLength(2);
  for (const who of [alice, bob]) expect((await who.get('/tasks/assigned')).body.tasks).toHaveLength(1);
  expect((await admin.post('/tasks', { ...QUIZ, user_id: [bob.id, 99999] })).status).toBe(404);
  expect((await bob.get('/tasks/assigned')).body.tasks).toHaveLength(1);
  expect((await alice.post('/tasks', { ...QUIZ, user_id: bob.id })).status).toBe(403);
  for (const wrong of [
    {},
    { user_id: [] },
    { user_id: alice.id, type: 'chore' },
    { user_id: alice.id, due_at: 'x' },
  ])
    expect((await admin.post('/tasks', { ...QUIZ, ...wrong })).status).toBe(400);
});

test("another user's task is not found", async () => {
  const { alice, bob, admin } = await app3();
  const [task] = await assign(admin, alice.id);
  for (const who of [bob, admin]) expect((await who.post(`/tasks/${task?.id}/complete`)).status).toBe(404);
  expect((await bob.delete(`/admin/tasks/${task?.id}`)).status).toBe(403);
  expect((await bob.get('/tasks/assigned')).body.tasks).toEqual([]);
  expect((await app3().then(({ app }) => app.client().get('/tasks/assigned'))).status).toBe(401);
});

test('pending tasks come first, by urgency, then the last completed ones', async () => {
  const { app, alice, admin } = await app3();
  const assignTitle = async (title: string, hours?: number) =>
    (await assign(admin, alice.id, { title, ...(hours ? { due_at: inHours(app, hours) } : {}) }))[0]?.id;
  const done = [await assignTitle('done first', 5), await assignTitle('done last', 1)];
  await assignTitle('whenever');
  await assignTitle('next week', 160);
  await assignTitle('tomorrow', 30);
  for (const id of done) {
    app.clock.advance('1m');
    await alice.post(`/tasks/${id}/complete`);
  }
  const titles = async (query: string) =>
    (await alice.get(`/tasks/assigned?${query}`)).body.tasks.map(({ title }: { title: string }) => title);
  expect(await titles('')).toEqual(['tomorrow', 'next week', 'whenever', 'done last', 'done first']);
  expect(await titles('limit=1')).toEqual(['tomorrow']);
  expect(await titles('limit=4')).toEqual(['tomorrow', 'next week', 'whenever', 'done last']);
  expect(await titles('status=done')).toEqual(['done last', 'done first']);
  expect(await titles('type=mission')).toEqual([]);
  expect((await alice.get('/tasks/assigned?limit=101')).status).toBe(400);
  expect((await alice.get('/tasks/assigned?status=open')).status).toBe(400);
});

test('a finished quiz completes the tasks with its pool, and no others', async () => {
  const { app, alice, bob, admin } = await app3();
  await assign(admin, [alice.id, bob.id]);
  await assign(admin, alice.id, { payload: { pool_id: '5' } });
  await assign(admin, alice.id, { title: 'another pool', payload: { pool_id: 6 } });
  await assign(admin, alice.id, { title: 'a mission', type: 'mission' });
  const finish = () =>
    app.deps.emit({
      type: 'quiz.finished',
      principal_id: alice.id,
      payload: {
        ...{ session_id: 1, pool_id: 5, pool_title: { ko: '', en: '' } },
        ...{ mode: 'practice', score: 80, correct: 8, total: 10, is_published: true },
      },
    });
  finish();
  finish();
  const left = (await alice.get('/tasks/assigned?status=pending')).body.tasks;
  expect(left.map(({ title }: { title: string }) => title)).toEqual(['another pool', 'a mission']);
  expect((await bob.get('/tasks/assigned?status=pending')).body.tasks).toHaveLength(1);
  expect(happened(app, 'task.completed')).toHaveLength(2);
});

test('a user is reminded once: a day before a task is due, or when it is due if less time is left', async () => {
  const { app, alice, admin } = await app3();
  await assign(admin, alice.id, { title: 'in two days', due_at: inHours(app, 48) });
  await assign(admin, alice.id, { title: 'in an hour', due_at: inHours(app, 1) });
  const [done] = await assign(admin, alice.id, { title: 'done in time', due_at: inHours(app, 48) });
  await alice.post(`/tasks/${done?.id}/complete`);
  const noticed = () => {
    remindDueTasks(app.deps);
    return happened(app, 'task.due').map(({ payload }) => JSON.parse(payload).title);
  };
  expect(noticed()).toEqual([]);
  app.clock.advance('61m');
  expect(noticed()).toEqual(['in an hour']);
  app.clock.advance('24h');
  expect(noticed()).toEqual(['in an hour', 'in two days']);
  app.clock.advance('9d');
  expect(noticed()).toHaveLength(2);
  const reminderCount = app.deps.db.$client.prepare(
    "select count(*) from notifications where type = 'task.due'",
  );
  expect(reminderCount.pluck().get()).toBe(2);
});

test('administrators list and delete tasks, and each change is in the audit log', async () => {
  const { app, alice, bob, admin } = await app3();
  const [first] = await assign(admin, [alice.id, bob.id]);
  expect((await admin.get('/admin/tasks')).body).toMatchObject({ total: 2 });
  const hers = (await admin.get(`/admin/tasks?user_id=${first?.user_id}`)).body;
  expect(hers).toMatchObject({ total: 1, tasks: [{ id: first?.id, username: 'alice' }] });
  expect((await admin.get('/admin/tasks?user_id=99999')).status).toBe(404);
  expect((await alice.get('/admin/tasks')).status).toBe(403);
  expect((await admin.delete(`/admin/tasks/${first?.id}`)).status).toBe(204);
  expect((await admin.delete(`/admin/tasks/${first?.id}`)).status).toBe(404);
  expect((await alice.get('/tasks/assigned')).body.tasks).toEqual([]);
  const actions = app.deps.db.$client.prepare('select action from audit_log').pluck().all();
  expect(actions).toEqual(['tasks.assign', 'tasks.assign', 'tasks.remove']);
});

test('lists of tasks and due tasks are read from an index in order', async () => {
  const { app, alice, admin } = await app3({ alone: true });
  const plans = await plansOf(app.deps.db, 'tasks', async () => {
    await alice.get('/tasks/assigned');
    await admin.get(`/admin/tasks?user_id=${alice.id}`);
    remindDueTasks(app.deps);
  });
  expect(plans).toHaveLength(5);
  for (const plan of plans) expect(plan).not.toMatch(/TEMP B-TREE|SCAN tasks(?! USING INDEX tasks_remind)/);
  const all = plans.join('\n');
  for (const index of ['tasks_pending', 'tasks_done', 'tasks_user', 'tasks_remind'])
    expect(all).toContain(index);
});
