import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestApp, TestClient } from '../../support/app.ts';
import {
  answer,
  aPool,
  begin,
  finish,
  quizApp,
  rightOf,
  type Started,
  wrongOf,
} from '../../support/quizzes.ts';

interface Recommendation {
  question_id: number;
  pool_id: number;
  topic: string;
  difficulty: string;
  reason: string;
  reason_code: string;
  due_at: string | null;
}

async function recommended(it: TestClient, query = ''): Promise<Recommendation[]> {
  return (await it.get(`/quiz/recommendations${query}`)).body.recommendations;
}

/** Plays a whole session, right where `right` says so. */
async function play(it: TestClient, right: (topic: string, i: number) => boolean | null, more: object = {}) {
  const session = await begin(it, { num_questions: 15, ...more });
  for (const [i, asked] of session.questions.entries()) {
    const wanted = right(asked.topic, i);
    if (wanted !== null) await answer(it, session, asked, wanted ? rightOf(asked) : wrongOf(asked));
  }
  return (await finish(it, session)).body;
}

const rating = ({ deps }: TestApp, user_id: number) =>
  (
    deps.db.$client.prepare('SELECT rating FROM quiz_learners WHERE user_id = ?').get(user_id) as {
      rating: number;
    }
  ).rating;

test('someone new is recommended new questions of every pool, near the level of someone new', async () => {
  const alice = await quizApp().user('alice');
  const found = await recommended(alice);
  expect(found).toHaveLength(5);
  for (const { reason_code, reason, due_at } of found) {
    expect([reason_code, reason, due_at]).toEqual(['new', '내 수준에 맞는 새 문제입니다', null]);
  }
  expect(new Set(found.map(({ pool_id }) => pool_id))).toEqual(new Set([3, 5]));
  expect(await recommended(alice, '?limit=100')).toHaveLength(30);
  const { body } = await alice.get('/quiz/recommendations', { 'accept-language': 'en' });
  expect(body.recommendations[0].reason).toBe('A new question at your level');
});

test('what went wrong is due the next day, before what went right, and weak topics come first', async () => {
  const { clock, user } = quizApp();
  const alice = await user('alice');
  const result = await play(alice, (topic) => topic === 'python_b');
  expect(result.weak_topics).toEqual(['python_a']);
  const today = await recommended(alice, '?weak_topic=python&limit=100');
  expect(new Set(today.map(({ reason_code }) => reason_code))).toEqual(new Set(['later']));
  // An access token lives an hour, the cookie a month.
  alice.token = null;
  clock.advance('25h');
  const due = (await recommended(alice, '?limit=100')).filter(({ reason_code }) => reason_code === 'due');
  expect(due).toHaveLength(8);
  expect(new Set(due.map(({ topic }) => topic))).toEqual(new Set(['python_a']));
  clock.advance('5d');
  const all = (await recommended(alice, '?limit=100')).filter(({ reason_code }) => reason_code === 'due');
  expect(all.map(({ topic }) => topic)).toEqual([...Array(8).fill('python_a'), ...Array(7).fill('python_b')]);
  await play(alice, () => true);
  expect(await recommended(alice, '?weak_topic=python_a&limit=100')).toEqual(
    Array(8).fill(expect.objectContaining({ reason_code: 'later' })),
  );
});

test('a new question on a weak topic says so and comes before other new ones', async () => {
  const alice = await quizApp().user('alice');
  const session = await begin(alice, { mode: 'practice', num_questions: 15 });
  const [first] = session.questions as [Started['questions'][0]];
  await answer(alice, session, first, wrongOf(first));
  const found = await recommended(alice, '?limit=7');
  for (const one of found.slice(0, 6)) {
    expect(one).toMatchObject({
      topic: first.topic,
      reason_code: 'weak_topic',
      reason: '자주 틀리는 주제의 새 문제입니다',
    });
  }
});

test('recommendations follow the level: who gets all right is asked harder questions than who gets all wrong', async () => {
  const it = quizApp();
  const [good, bad] = [await it.user('good'), await it.user('bad')];
  for (const [user, right] of [
    [good, true],
    [bad, false],
  ] as const)
    await play(user, () => right);
  expect(rating(it, good.id)).toBeGreaterThan(1650);
  expect(rating(it, bad.id)).toBeLessThan(1400);
  const fresh = async (user: TestClient) =>
    (await recommended(user, '?weak_topic=git&limit=5')).map(({ difficulty }) => difficulty);
  expect(await fresh(good)).toEqual(Array(5).fill('medium'));
  expect(await fresh(bad)).toEqual(Array(5).fill('easy'));
});

test('a question is measured by those who meet it for the first time', async () => {
  const it = quizApp({}, [aPool(5, 'python')]);
  const alice = await it.user('alice');
  const ratings = () =>
    it.deps.db.$client.prepare('SELECT rating, rated FROM quiz_questions ORDER BY id').all();
  await play(alice, () => true);
  const once = ratings();
  for (const row of once) expect(row).toMatchObject({ rated: 1 });
  await play(alice, () => false);
  expect(ratings()).toEqual(once);
});

test('in a timed quiz nothing is learned of the learner before its end', async () => {
  const { user } = quizApp();
  const alice = await user('alice');
  const before = await recommended(alice, '?limit=100');
  const session = await begin(alice, { num_questions: 15 });
  for (const asked of session.questions) await answer(alice, session, asked, wrongOf(asked));
  expect(await recommended(alice, '?limit=100')).toEqual(before);
  expect((await alice.get('/quiz/history')).body.stats).toMatchObject({
    sessions: 0,
    answered: 0,
    accuracy: null,
  });
  await finish(alice, session);
  expect(await recommended(alice, '?limit=100')).not.toEqual(before);
  expect((await alice.get('/quiz/history')).body.stats).toMatchObject({
    sessions: 1,
    answered: 15,
    accuracy: 0,
  });
});

test('history comes page by page, newest first, of one pool or all, with figures by topic', async () => {
  const { user } = quizApp();
  const alice = await user('alice');
  await play(alice, (topic) => topic === 'python_a');
  await play(alice, () => true, { pool_id: 3, mode: 'practice' });
  await play(alice, (_, i) => (i < 5 ? true : null));
  const { body } = await alice.get('/quiz/history?limit=2');
  expect([
    body.total,
    body.page,
    body.limit,
    body.history.map((one: { pool_id: number }) => one.pool_id),
  ]).toEqual([3, 1, 2, [5, 3]]);
  expect(body.history[0]).toMatchObject({
    status: 'finished',
    correct: 5,
    answered: 5,
    total: 15,
    score: 33,
  });
  expect(body.stats).toMatchObject({ sessions: 3, answered: 35, correct: 28, accuracy: 0.8 });
  const topics = body.stats.by_topic.map(({ topic }: { topic: string }) => topic);
  expect([topics[0], [...topics].sort()]).toEqual(['python_b', ['git_a', 'git_b', 'python_a', 'python_b']]);
  expect((await alice.get('/quiz/history?limit=2&page=2')).body.history).toHaveLength(1);
  expect((await alice.get('/quiz/history?page=9')).body).toMatchObject({ total: 3, history: [] });
  expect((await alice.get('/quiz/history?pool_id=3')).body).toMatchObject({
    total: 1,
    stats: { sessions: 1, answered: 15, accuracy: 1 },
  });
  for (const query of ['limit=0', 'limit=101', 'page=0', 'pool_id=x']) {
    expect((await alice.get(`/quiz/history?${query}`)).status).toBe(400);
  }
});

test('however a quiz is answered, its score, figures and history agree', async () => {
  const { user } = quizApp();
  const alice = await user('alice');
  const sums = { sessions: 0, answered: 0, correct: 0 };
  const plan = fc.record({
    mode: fc.constantFrom('practice', 'timed'),
    num_questions: fc.integer({ min: 1, max: 15 }),
    answers: fc.array(fc.option(fc.boolean()), { minLength: 15, maxLength: 15 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ answers, ...more }) => {
      const body = await play(alice, (_, i) => answers[i] ?? null, more);
      const given = answers.slice(0, more.num_questions);
      const correct = given.filter((right) => right === true).length;
      sums.sessions++;
      sums.correct += correct;
      sums.answered += given.filter((right) => right !== null).length;
      expect(body).toMatchObject({
        correct,
        total: more.num_questions,
        accuracy: correct / more.num_questions,
      });
      expect(body.score).toBe(Math.round((100 * correct) / more.num_questions));
      expect(body.results.filter((result: { is_correct: boolean }) => result.is_correct)).toHaveLength(
        correct,
      );
      expect((await alice.get('/quiz/history')).body.stats).toMatchObject(sums);
    }),
    { numRuns: 12 },
  );
});

test('lists and figures are read by index', () => {
  const { deps } = quizApp();
  const plan = (query: string) =>
    (
      deps.db.$client
        .prepare(`EXPLAIN QUERY PLAN ${query}`)
        .all(...Array(query.split('?').length - 1).fill(1)) as { detail: string }[]
    )
      .map(({ detail }) => detail)
      .join('\n');
  const queries = [
    "SELECT * FROM quiz_sessions WHERE user_id = 1 AND status = 'finished' ORDER BY id DESC LIMIT 20",
    "SELECT * FROM quiz_sessions WHERE user_id = 1 AND status = 'finished' AND pool_id = 5 ORDER BY id DESC LIMIT 20",
    "SELECT pool_id, count(*), max(score) FROM quiz_sessions WHERE user_id = 1 AND status = 'finished' GROUP BY pool_id",
    "SELECT * FROM quiz_sessions WHERE status = 'active' AND expires_at <= ? LIMIT 500",
    "SELECT * FROM quiz_sessions WHERE user_id = ? AND status = 'active' AND expires_at <= ?",
    'SELECT * FROM quiz_cards WHERE user_id = 1 AND due_at <= 1 ORDER BY due_at',
    'SELECT topic, sum(answered) FROM quiz_figures WHERE user_id = 1 GROUP BY topic',
  ];
  for (const query of queries) {
    expect(plan(query), query).toMatch(/SEARCH quiz_\w+ USING/);
    expect(plan(query), query).not.toMatch(/SCAN|ORDER BY/);
  }
});
