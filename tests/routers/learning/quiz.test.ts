import { expect, test } from 'vitest';
import { expireSessions } from '../../../routers/learning/quiz/expire-sessions.ts';
import {
  answer,
  aPool,
  begin,
  finish,
  POOLS,
  quizApp,
  rightOf,
  type Started,
  wrongOf,
} from '../../support/quizzes.ts';

test("the guide's bodies, sent as they stand, begin, answer and finish a quiz", async () => {
  const alice = await quizApp().user('alice');
  expect((await alice.get('/quiz/pools?tag=python')).body.pools).toMatchObject([{ id: 5 }]);
  expect((await alice.get('/quiz/pools?difficulty=hard&category=git')).body.pools).toMatchObject([{ id: 3 }]);
  const session = await begin(alice, { pool_id: 5, num_questions: 10, mode: 'timed' });
  const path = `/api/v1/quiz/sessions/${session.session_id}`;
  expect((await alice.get(path)).body).toEqual(session);
  // 101 may or may not be among the ten that were drawn.
  const literal = await alice.post(`${path}/answers`, { question_id: 101, selected_option_id: 3 });
  expect([200, 404]).toContain(literal.status);
  const { question_id } = session.questions[0]!;
  const answered = await alice.post(`${path}/answers`, { question_id, selected_option_id: 3 });
  expect([answered.status, answered.body]).toEqual([
    200,
    { kind: 'receipt', question_id, accepted: true, answered: 1, remaining: 9 },
  ]);
  const { status, body } = await alice.post(`${path}/finish`);
  expect([status, body.total, body.results.length]).toEqual([200, 10, 10]);
  const history = await alice.get('/quiz/history?page=1&limit=10&pool_id=5');
  expect(history.body).toMatchObject({ total: 1, page: 1, limit: 10, history: [{ pool_id: 5 }] });
  const recommended = await alice.get('/quiz/recommendations?weak_topic=git_branch&limit=5');
  expect([recommended.status, recommended.body]).toEqual([200, { recommendations: [] }]);
});

test('the pools are listed with what they are, how often I played them and my best score', async () => {
  const { user } = quizApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  for (const right of [2, 5, 1]) {
    const session = await begin(alice, { mode: 'practice' });
    for (const asked of session.questions.slice(0, right))
      await answer(alice, session, asked, rightOf(asked));
    await finish(alice, session);
  }
  await begin(alice);
  const python = {
    id: 5,
    title: 'python 퀴즈',
    description: '설명',
    category: 'python',
    difficulty: 'easy',
    tags: ['python', 'basics'],
    question_count: 15,
  };
  const { pools } = (await alice.get('/quiz/pools')).body;
  expect(pools).toEqual([expect.objectContaining({ id: 3 }), { ...python, attempts: 3, best_score: 50 }]);
  const his = (await bob.get('/quiz/pools?tag=python')).body.pools;
  expect(his).toEqual([{ ...python, attempts: 0, best_score: null }]);
  expect((await alice.get('/quiz/pools?tag=cooking')).body).toEqual({ pools: [] });
  expect((await alice.get('/quiz/pools?difficulty=impossible')).status).toBe(400);
  const english = await alice.get('/quiz/pools?tag=git', { 'accept-language': 'en' });
  expect(english.body.pools[0].title).toBe('git quiz');
});

test('practice judges each answer at once, and an answer stands', async () => {
  const alice = await quizApp().user('alice');
  const session = await begin(alice, { mode: 'practice' });
  expect(session).toMatchObject({ expires_at: null, total: 10, answered: 0, status: 'active' });
  const [first, second] = session.questions as [Started['questions'][0], Started['questions'][0]];
  const right = await answer(alice, session, first, rightOf(first));
  expect([right.status, right.body]).toEqual([
    200,
    {
      question_id: first.question_id,
      kind: 'judgement',
      is_correct: true,
      correct_option_id: rightOf(first),
      explanation: first.question_text.replace('질문', '설명'),
      learning_tip: first.question_text.replace('질문', '배울 것'),
    },
  ]);
  const again = await answer(alice, session, first, wrongOf(first));
  expect([again.status, again.body.code]).toEqual([409, 'ALREADY_ANSWERED']);
  const wrong = await answer(alice, session, second, wrongOf(second));
  expect(wrong.body).toMatchObject({ is_correct: false, correct_option_id: rightOf(second) });
  const { body } = await finish(alice, session);
  expect(body).toMatchObject({ score: 10, correct: 1, total: 10, accuracy: 0.1 });
  expect(body.results[0]).toMatchObject({ is_correct: true, selected_option_id: rightOf(first) });
  expect(body.results[9]).toMatchObject({ is_correct: false, selected_option_id: null });
});

test('a timed answer may be changed until the end; the last one counts', async () => {
  const alice = await quizApp().user('alice');
  const session = await begin(alice, { num_questions: 2 });
  const [first, second] = session.questions as [Started['questions'][0], Started['questions'][0]];
  await answer(alice, session, first, rightOf(first));
  expect((await answer(alice, session, first, wrongOf(first))).body).toMatchObject({
    answered: 1,
    remaining: 1,
  });
  await answer(alice, session, second, wrongOf(second));
  expect((await answer(alice, session, second, rightOf(second))).body).toMatchObject({
    answered: 2,
    remaining: 0,
  });
  expect((await finish(alice, session)).body).toMatchObject({ score: 50, correct: 1 });
});

test('a session is gone on with, in the order it was begun in and the language of the moment', async () => {
  const alice = await quizApp().user('alice');
  const session = await begin(alice, { num_questions: 3 });
  const [first] = session.questions as [Started['questions'][0]];
  await answer(alice, session, first, 2);
  const path = `/quiz/sessions/${session.session_id}`;
  const korean = (await alice.get(path)).body;
  expect(korean.questions[0]).toEqual({ ...first, answered: true, selected_option_id: 2 });
  expect(korean).toMatchObject({ answered: 1, questions: [{}, { answered: false }, { answered: false }] });
  const english = (await alice.get(path, { 'accept-language': 'en' })).body as Started;
  expect(english.questions[0]?.question_text).toBe(first.question_text.replace('질문', 'Question'));
  const places = (it: Started) =>
    it.questions.map(({ question_id, options }) => [question_id, options.map((o) => o.text.at(-1))]);
  const letter = (text: string) => 'abcd'['가나다라'.indexOf(text)];
  expect(places(english)).toEqual(places(korean).map(([id, texts]) => [id, (texts as string[]).map(letter)]));
});

test('fewer questions in the pool than asked: all of them, each once', async () => {
  const alice = await quizApp().user('alice');
  const { total, questions } = await begin(alice, { num_questions: 50 });
  expect([total, new Set(questions.map(({ question_id }) => question_id)).size]).toEqual([15, 15]);
  for (const num_questions of [0, 51, 1.5, 'ten']) {
    expect((await alice.post('/quiz/sessions', { pool_id: 5, num_questions })).status).toBe(400);
  }
  expect((await alice.post('/quiz/sessions', { pool_id: 4 })).status).toBe(404);
});

test('questions and options come in every order, whichever is right', async () => {
  const alice = await quizApp({}, [aPool(5, 'python', {}, 15)]).user('alice');
  const places = [0, 0, 0, 0];
  const orders = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const { questions } = await begin(alice, { num_questions: 15 });
    orders.add(questions.map(({ question_id }) => question_id).join());
    for (const asked of questions) places[rightOf(asked) - 1]!++;
  }
  expect(orders.size).toBe(12);
  // 180 draws of four places: 45 each, and outside of these bounds less than once in a million runs.
  for (const n of places) expect(n).toBeGreaterThan(15);
  for (const n of places) expect(n).toBeLessThan(80);
});

test('past the deadline nothing is taken, and the session has finished itself with what was answered in time', async () => {
  const { clock, user } = quizApp();
  const alice = await user('alice');
  const session = await begin(alice, { num_questions: 4 });
  const seconds = (Date.parse(session.expires_at as string) - Date.parse(session.started_at)) / 1000;
  const [first, second] = session.questions as [Started['questions'][0], Started['questions'][0]];
  await answer(alice, session, first, rightOf(first));
  clock.advance(`${seconds - 2}s`);
  expect((await answer(alice, session, second, wrongOf(second))).status).toBe(200);
  clock.advance('3s');
  const late = await answer(alice, session, second, rightOf(second));
  expect([late.status, late.body.code]).toEqual([409, 'QUIZ_TIME_OVER']);
  expect((await alice.get(`/quiz/sessions/${session.session_id}`)).body.status).toBe('finished');
  const { body } = await finish(alice, session);
  expect(body).toMatchObject({
    score: 25,
    correct: 1,
    duration_seconds: seconds,
    finished_at: session.expires_at,
  });
  const over = await answer(alice, session, second, rightOf(second));
  expect(over.body.code).toBe('QUIZ_TIME_OVER');
});

test('a timed session that nobody touches is finished on schedule, once', async () => {
  const { clock, user, deps } = quizApp();
  const alice = await user('alice');
  const session = await begin(alice, { num_questions: 1 });
  await begin(alice, { mode: 'practice' });
  await answer(alice, session, session.questions[0]!, 1);
  expect(expireSessions(deps)).toBe(0);
  clock.advance('10m');
  expect([expireSessions(deps), expireSessions(deps)]).toEqual([1, 0]);
  const { body } = await alice.get('/quiz/history');
  expect(body.history).toMatchObject([{ session_id: session.session_id, status: 'finished' }]);
});

test('finished twice or at once, the answer is the same and one event tells of it', async () => {
  const { user, deps } = quizApp();
  const alice = await user('alice');
  const session = await begin(alice);
  for (const asked of session.questions.slice(0, 7)) await answer(alice, session, asked, rightOf(asked));
  const answers = await Promise.all(Array.from({ length: 10 }, () => finish(alice, session)));
  answers.push(await finish(alice, session));
  for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]?.body]);
  // 10 for the quiz, 5 for each right answer, 20 for the first thing done today, 200 for the badge.
  expect(answers[0]?.body).toMatchObject({ score: 70, correct: 7, xp_earned: 265 });
  expect(answers[0]?.body.badges_unlocked).toMatchObject([{ code: 'first_quiz', name: expect.any(String) }]);
  const paid = deps.db.$client.prepare("SELECT xp FROM gami_ledger WHERE rule = 'quiz_finished'").all();
  expect(paid).toEqual([{ xp: 45 }]);
  const told = deps.db.$client.prepare("SELECT payload FROM events WHERE type = 'quiz.finished'").all();
  expect(told).toHaveLength(1);
  const refused = await answer(alice, session, session.questions[0]!, 1);
  expect([refused.status, refused.body.code]).toEqual([409, 'QUIZ_FINISHED']);
});

test('a quiz without a single answer is scored zero, and nothing follows from it', async () => {
  const { user, deps } = quizApp();
  const alice = await user('alice');
  const { body } = await finish(alice, await begin(alice));
  expect(body).toMatchObject({ score: 0, correct: 0, xp_earned: 0, badges_unlocked: [] });
  expect(body.results.every((result: { is_correct: boolean }) => !result.is_correct)).toBe(true);
  expect(deps.db.$client.prepare("SELECT 1 FROM events WHERE type = 'quiz.finished'").get()).toBeUndefined();
});

test('answered many times at once in practice, one answer counts', async () => {
  const alice = await quizApp().user('alice');
  const session = await begin(alice, { mode: 'practice' });
  const asked = session.questions[0]!;
  const tries = await Promise.all([1, 2, 3, 4, 1, 2].map((option) => answer(alice, session, asked, option)));
  expect(tries.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  expect((await alice.get(`/quiz/sessions/${session.session_id}`)).body.answered).toBe(1);
});

test("another user's session is not there, and neither is a question or an option that was not asked", async () => {
  const { user } = quizApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const session = await begin(alice, { num_questions: 1 });
  const asked = session.questions[0]!;
  expect((await bob.get(`/quiz/sessions/${session.session_id}`)).status).toBe(404);
  expect((await answer(bob, session, asked, 1)).status).toBe(404);
  expect((await finish(bob, session)).status).toBe(404);
  expect((await alice.get('/quiz/sessions/999')).status).toBe(404);
  expect((await answer(alice, session, asked, 5)).status).toBe(404);
  expect((await answer(alice, session, { ...asked, question_id: asked.question_id + 40 }, 1)).status).toBe(
    404,
  );
  expect((await answer(alice, session, asked, 0)).status).toBe(400);
  expect((await bob.get('/quiz/history')).body.total).toBe(0);
});

test('of too many open sessions the oldest is finished as it stands', async () => {
  const alice = await quizApp().user('alice');
  const oldest = await begin(alice, { mode: 'practice', num_questions: 1 });
  await answer(alice, oldest, oldest.questions[0]!, rightOf(oldest.questions[0]!));
  for (let i = 0; i < 20; i++) await begin(alice, { mode: 'practice' });
  const open = (await alice.get('/quiz/history?status=active&limit=100')).body;
  expect(open.total).toBe(20);
  expect(open.history[0]).toMatchObject({ status: 'active', score: null, correct: null });
  const { history } = (await alice.get('/quiz/history')).body;
  expect(history).toMatchObject([{ session_id: oldest.session_id, score: 100 }]);
});

test('nobody plays without an account', async () => {
  const guest = quizApp().client();
  for (const path of ['/quiz/pools', '/quiz/history', '/quiz/recommendations', '/quiz/sessions/1']) {
    expect((await guest.get(path)).status).toBe(401);
  }
  expect((await guest.post('/quiz/sessions', { pool_id: 5 })).status).toBe(401);
});

test('native tRPC plays the same game', async () => {
  const alice = await quizApp().user('alice');
  const started = await alice.mutate('quiz.start', { pool_id: POOLS[0]?.pool_id });
  const session = started.body.result.data as Started;
  const [asked] = session.questions as [Started['questions'][0]];
  const input = {
    session_id: session.session_id,
    question_id: asked.question_id,
    selected_option_id: rightOf(asked),
  };
  expect((await alice.mutate('quiz.answer', input)).body.result.data.is_correct).toBe(true);
  const read = await alice.query('quiz.session', { session_id: session.session_id });
  expect(read.body.result.data.answered).toBe(1);
});
