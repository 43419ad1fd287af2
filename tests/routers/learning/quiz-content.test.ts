import { expect, test } from 'vitest';
import { type PoolFile, readPoolFiles } from '../../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../../routers/learning/quiz/publish.ts';
import { resolveInPackage } from '../../../server/process/env.ts';
import type { TestApp } from '../../support/app.ts';
import { answer, aPool, begin, finish, POOLS, quizApp, rightOf } from '../../support/quizzes.ts';

const published = ({ deps }: TestApp) =>
  deps.db.$client
    .prepare("SELECT principal_id, payload FROM events WHERE type = 'quiz.published'")
    .all()
    .map((row) => {
      const { principal_id, payload } = row as { principal_id: number | null; payload: string };
      return [principal_id, JSON.parse(payload).pool_id];
    });

/** The pool with its first question asked and keyed otherwise. */
function revised(pool: PoolFile): PoolFile {
  const [first, ...rest] = pool.questions as [PoolFile['questions'][0]];
  const options = first.options.map(({ text }, i, all) => ({
    text,
    correct: all[(i + 1) % all.length]!.correct,
  }));
  return {
    ...pool,
    questions: [{ ...first, question: { ko: '새 질문', en: 'New question' }, options }, ...rest],
  };
}

test('content that is as it was costs no write at the next start', () => {
  const { deps } = quizApp();
  const changes = () => (deps.db.$client.prepare('SELECT total_changes() AS n').get() as { n: number }).n;
  const before = changes();
  expect(publishPools(deps, structuredClone(POOLS))).toEqual({ added: 0, changed: 0, retired: 0 });
  expect(changes()).toBe(before);
});

test('a question that changes is asked anew in its new words, while sessions keep what they asked', async () => {
  const { deps, user } = quizApp();
  const alice = await user('alice');
  const whole = { num_questions: 15 };
  const finished = await begin(alice, whole);
  for (const asked of finished.questions) await answer(alice, finished, asked, rightOf(asked));
  const result = (await finish(alice, finished)).body;
  const running = await begin(alice, whole);
  const pools = [revised(POOLS[0]!), POOLS[1]!];
  expect(publishPools(deps, pools)).toEqual({ added: 0, changed: 1, retired: 0 });
  expect((await finish(alice, finished)).body).toEqual(result);
  expect((await alice.get(`/quiz/sessions/${running.session_id}`)).body).toEqual(running);
  for (const asked of running.questions) await answer(alice, running, asked, rightOf(asked));
  expect((await finish(alice, running)).body.score).toBe(100);
  const fresh = await begin(alice, whole);
  const question = fresh.questions.find(({ question_text }) => question_text === '새 질문')!;
  const old = finished.questions.find(({ question_text }) => question_text === '질문 python 1')!;
  expect(question.question_id).toBe(old.question_id);
  for (const asked of fresh.questions) await answer(alice, fresh, asked, rightOf(asked, pools));
  expect((await finish(alice, fresh)).body.score).toBe(100);
});

test('questions and pools that go away are retired, not forgotten, and come back as themselves', async () => {
  const { deps, user } = quizApp();
  const alice = await user('alice');
  const session = await begin(alice, { num_questions: 15 });
  for (const asked of session.questions) await answer(alice, session, asked, rightOf(asked));
  const { body } = await finish(alice, session);
  const open = await begin(alice, { pool_id: 3, mode: 'practice', num_questions: 1 });
  const fewer = { ...POOLS[0]!, questions: POOLS[0]!.questions.slice(5) };
  expect(publishPools(deps, [fewer])).toEqual({ added: 0, changed: 1, retired: 1 });
  expect((await alice.get('/quiz/pools')).body.pools).toMatchObject([{ id: 5, question_count: 10 }]);
  expect((await begin(alice, { num_questions: 15 })).total).toBe(10);
  expect((await alice.post('/quiz/sessions', { pool_id: 3 })).status).toBe(404);
  expect((await answer(alice, open, open.questions[0]!, 1)).status).toBe(200);
  expect((await finish(alice, session)).body).toEqual(body);
  expect((await alice.get('/quiz/history?pool_id=5')).body.history[0].pool_title).toBe('python 퀴즈');
  expect(publishPools(deps, POOLS)).toEqual({ added: 0, changed: 2, retired: 0 });
  const again = await begin(alice, { num_questions: 15 });
  const ids = (it: typeof again) => it.questions.map(({ question_id }) => question_id).sort((a, b) => a - b);
  expect(ids(again)).toEqual(ids(session));
});

test('everyone is told of a new quiz, but not of those a product begins with', async () => {
  const it = quizApp();
  expect(published(it)).toEqual([]);
  publishPools(it.deps, [...POOLS, aPool(7, 'sql')]);
  publishPools(it.deps, [...POOLS, aPool(7, 'sql')]);
  expect(published(it)).toEqual([[null, 7]]);
});

test('an administrator imports a pool, replaces it and retires it, and each is noted', async () => {
  const it = quizApp();
  const [admin, alice] = [await it.admin(), await it.user('alice')];
  const imported = await admin.post('/admin/quiz/pools', aPool(21, 'shell'));
  expect([imported.status, imported.body]).toEqual([
    201,
    {
      pool_id: 21,
      title: { ko: 'shell 퀴즈', en: 'shell quiz' },
      category: 'shell',
      difficulty: 'easy',
      tags: ['shell', 'basics'],
      question_count: 15,
      kept_by: 'admin',
      retired_at: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    },
  ]);
  const session = await begin(alice, { pool_id: 21 });
  expect((await admin.post('/admin/quiz/pools', revised(aPool(21, 'shell')))).status).toBe(201);
  expect((await alice.get(`/quiz/sessions/${session.session_id}`)).body).toEqual(session);
  expect(published(it)).toEqual([[null, 21]]);
  expect((await admin.delete('/admin/quiz/pools/21')).status).toBe(204);
  expect((await admin.delete('/admin/quiz/pools/21')).status).toBe(404);
  expect((await alice.post('/quiz/sessions', { pool_id: 21 })).status).toBe(404);
  const { pools } = (await admin.get('/admin/quiz/pools')).body;
  expect(pools).toMatchObject([
    { pool_id: 3, kept_by: 'content' },
    { pool_id: 5 },
    { pool_id: 21, retired_at: expect.any(String) },
  ]);
  const audit = it.deps.db.$client.prepare('SELECT action, target FROM audit_log ORDER BY id').raw().all();
  expect(audit).toEqual([
    ['quiz.import', '21'],
    ['quiz.import', '21'],
    ['quiz.retire', '21'],
  ]);
});

test("an administrator's word on a pool that ships stands at the next start", async () => {
  const it = quizApp();
  const admin = await it.admin();
  await admin.delete('/admin/quiz/pools/3');
  await admin.post('/admin/quiz/pools', { ...POOLS[0], title: { ko: '파이썬', en: 'Python' } });
  expect(publishPools(it.deps, POOLS)).toEqual({ added: 0, changed: 0, retired: 0 });
  const { pools } = (await admin.get('/quiz/pools')).body;
  expect(pools).toMatchObject([{ id: 5, title: '파이썬' }]);
});

test('only administrators import, and only what is in form', async () => {
  const it = quizApp();
  const [admin, alice] = [await it.admin(), await it.user('alice')];
  expect((await alice.post('/admin/quiz/pools', aPool(21, 'shell'))).status).toBe(403);
  expect((await alice.get('/admin/quiz/pools')).status).toBe(403);
  expect((await alice.delete('/admin/quiz/pools/5')).status).toBe(403);
  const good = aPool(21, 'shell');
  const twice = { ...good, questions: [...good.questions, good.questions[0]] };
  for (const bad of [aPool(1000, 'shell'), aPool(21, 'shell', {}, 14), twice]) {
    expect((await admin.post('/admin/quiz/pools', bad)).status).toBe(400);
  }
});

test("the quizzes that ship are played as the guide's bodies ask for them", async () => {
  const pools = readPoolFiles(resolveInPackage('db/seed-data/quiz'));
  const alice = await quizApp({}, pools).user('alice');
  const listed = (await alice.get('/quiz/pools')).body.pools as { question_count: number }[];
  expect(listed.length).toBeGreaterThanOrEqual(8);
  for (const { question_count } of listed) expect(question_count).toBeGreaterThanOrEqual(15);
  expect((await alice.get('/quiz/pools?tag=python')).body.pools[0]).toMatchObject({
    id: 5,
    title: 'Python 기초',
  });
  const session = await begin(alice, { pool_id: 5, num_questions: 10, mode: 'timed' });
  for (const asked of session.questions) await answer(alice, session, asked, rightOf(asked, pools));
  expect((await finish(alice, session)).body).toMatchObject({ score: 100, total: 10, weak_topics: [] });
  const { recommendations } = (await alice.get('/quiz/recommendations?weak_topic=git_branch&limit=5')).body;
  expect(recommendations).toHaveLength(5);
  for (const one of recommendations) expect(one).toMatchObject({ topic: 'git_branch', reason_code: 'new' });
});

test('where the right option is stored says nothing, wherever its author put it', () => {
  const pool = aPool(5, 'python', {}, 80);
  const questions = pool.questions.map((question) => ({
    ...question,
    options: question.options.map(({ text }, i) => ({ text, correct: i === 0 })),
  }));
  const { deps } = quizApp({}, [{ ...pool, questions }]);
  const rows = deps.db.$client
    .prepare("SELECT json_extract(wording, '$.correct') FROM quiz_wordings")
    .pluck();
  const places = [0, 1, 2, 3].map((place) => rows.all().filter((at) => at === place).length);
  for (const n of places) expect(n).toBeGreaterThan(8);
});
