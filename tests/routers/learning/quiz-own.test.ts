import { expect, test } from 'vitest';
import { begin, finish, quizApp } from '../../support/quizzes.ts';

const QUESTION = {
  question: '1 + 1은?',
  options: ['2', '3'],
  correct_index: 0,
  explanation: '하나에 하나를 더하면 둘입니다.',
};

test('what a client made becomes a pool that only its user sees', async () => {
  const { user } = quizApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const saved = await alice.post('/api/v1/quiz/generated', {
    questions: [QUESTION, { question: '2 * 3은?', options: ['5', '6', '7'], correct_index: 1 }],
    source: 'readme',
    metadata: { model: 'small' },
    something: 'else',
  });
  const created_at = expect.any(String);
  expect([saved.status, saved.body]).toEqual([
    201,
    { id: 1000, pool_id: 1000, source: 'readme', question_count: 2, created_at },
  ]);
  expect((await bob.post('/quiz/generated', { questions: [QUESTION] })).body).toMatchObject({
    id: 1001,
    source: null,
  });
  const mine = (await alice.get('/quiz/pools')).body.pools;
  expect(mine.map(({ id, title }: { id: number; title: string }) => [id, title])).toEqual([
    [3, 'git 퀴즈'],
    [5, 'python 퀴즈'],
    [1000, '내 퀴즈: readme'],
  ]);
  expect((await bob.post('/quiz/sessions', { pool_id: 1000 })).status).toBe(404);
  expect((await bob.get('/quiz/recommendations?weak_topic=generated')).body.recommendations).toMatchObject([
    { pool_id: 1001 },
  ]);
  expect((await bob.get('/quiz/history?pool_id=1000')).body).toMatchObject({ total: 0, history: [] });
  const session = await begin(alice, { pool_id: 1000, mode: 'practice' });
  const asked = session.questions.find(({ question_text }) => question_text === QUESTION.question)!;
  const two = asked.options.find(({ text }) => text === '2')!;
  const body = { question_id: asked.question_id, selected_option_id: two.option_id };
  const judged = await alice.post(`/quiz/sessions/${session.session_id}/answers`, body);
  expect(judged.body).toMatchObject({
    is_correct: true,
    explanation: QUESTION.explanation,
    learning_tip: null,
  });
  expect((await finish(alice, session)).body.score).toBe(50);
});

test('of too many pools of my own the oldest goes out of sight, and what I played of it stays', async () => {
  const alice = await quizApp().user('alice');
  const save = () => alice.post('/quiz/generated', { questions: [QUESTION] });
  await save();
  const session = await begin(alice, { pool_id: 1000 });
  for (let i = 0; i < 100; i++) await save();
  const own = (await alice.get('/quiz/pools?tag=generated')).body.pools as { id: number }[];
  expect([own.length, own[0]?.id, own.at(-1)?.id]).toEqual([100, 1001, 1100]);
  expect((await alice.get(`/quiz/sessions/${session.session_id}`)).body).toEqual(session);
});

test('what does not fit is refused, with the field', async () => {
  const alice = await quizApp().user('alice');
  const wrong: [object, string][] = [
    [{ questions: [] }, 'questions'],
    [{ questions: [{ ...QUESTION, options: ['2'] }] }, 'questions.0.options'],
    [{ questions: [{ ...QUESTION, options: ['2', ' 2 '] }] }, 'questions.0.options'],
    [{ questions: [{ ...QUESTION, correct_index: 2 }] }, 'questions.0.correct_index'],
    [{ questions: [{ ...QUESTION, correct_index: -1 }] }, 'questions.0.correct_index'],
    [{ questions: [{ ...QUESTION, question: ' ' }] }, 'questions.0.question'],
    [{ questions: [{ ...QUESTION, question: 'x'.repeat(2001) }] }, 'questions.0.question'],
    [{ questions: Array(101).fill(QUESTION) }, 'questions'],
    [{ questions: [QUESTION], metadata: { much: 'x'.repeat(17_000) } }, 'metadata'],
  ];
  for (const [body, path] of wrong) {
    const { status, body: told } = await alice.post('/quiz/generated', body);
    expect([status, told.issues?.[0]?.path]).toEqual([400, path]);
  }
});
