import { expect, test } from 'vitest';
import { answer, begin, finish, quizApp, rightOf, type Started, wrongOf } from '../../support/quizzes.ts';

/** Everything a player may look at while a quiz runs. */
const LOOKS = [
  '/quiz/pools',
  '/quiz/history',
  '/quiz/history?status=active',
  '/quiz/recommendations?limit=100',
  '/quiz/recommendations?weak_topic=python',
  '/gami/profile',
  '/gami/activities',
  '/gami/badges',
  '/gami/leaderboard',
  '/mobile/feed',
  '/notifications',
  '/tasks/assigned',
  '/me/export',
];

test('until a timed quiz ends, no answer of any operation tells which option is right', async () => {
  const { user, deps } = quizApp();
  const alice = await user('alice');
  const heard: string[] = [];
  const listen = <T extends { status: number; body: unknown }>(said: T): T => {
    heard.push(JSON.stringify(said.body));
    return said;
  };
  const events = () => deps.db.$client.prepare('SELECT type, principal_id, payload FROM events').all();
  /** What can be seen, but for what the player chose himself. */
  const look = async (session: Started) => {
    const seen: unknown[] = [events()];
    for (const path of [`/quiz/sessions/${session.session_id}`, ...LOOKS]) {
      for (const language of ['ko', 'en']) {
        const { status, body } = listen(await alice.get(path, { 'accept-language': language }));
        seen.push([
          path,
          status,
          JSON.parse(JSON.stringify(body, (key, value) => (VARYING.has(key) ? null : value))),
        ]);
      }
    }
    return seen;
  };
  // Something to recommend and to count by is there before.
  const before = await begin(alice, { mode: 'practice', num_questions: 3 });
  for (const asked of before.questions) await answer(alice, before, asked, rightOf(asked));
  await finish(alice, before);

  const session = await begin(alice, { num_questions: 15 });
  heard.push(JSON.stringify(session));
  const choose = async (pick: typeof rightOf) => {
    const said: unknown[] = [];
    for (const asked of session.questions) {
      const { status, body } = listen(await answer(alice, session, asked, pick(asked)));
      said.push([status, body.code, { ...body, answered: 0, remaining: 0 }]);
    }
    return said;
  };
  // Whoever sees the same for right answers as for wrong ones has been told nothing.
  const [saidOfRight, seenOfRight] = [await choose(rightOf), await look(session)];
  const [saidOfWrong, seenOfWrong] = [await choose(wrongOf), await look(session)];
  expect(saidOfWrong).toEqual(saidOfRight);
  expect(seenOfWrong).toEqual(seenOfRight);
  for (const text of heard) {
    expect(text).not.toMatch(/is_correct|correct_option|explanation|learning_tip|설명 |배울 것|Why |Learn /);
  }
  const { body } = await finish(alice, session);
  expect(body).toMatchObject({ score: 0, correct: 0, total: 15 });
  expect(body.results[0].explanation).toMatch(/설명/);
});

/** What was chosen, and when something was looked at. */
const VARYING = new Set([
  'selected_option_id',
  'answered_at',
  'exported_at',
  'last_used_at',
  'timestamp',
  'request_id',
]);

test('the numbers of options say nothing: they count up in the order shown, in every session anew', async () => {
  const alice = await quizApp().user('alice');
  for (let i = 0; i < 3; i++) {
    const { questions } = await begin(alice, { num_questions: 15 });
    for (const { options } of questions)
      expect(options.map(({ option_id }) => option_id)).toEqual([1, 2, 3, 4]);
  }
});
