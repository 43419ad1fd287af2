import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readPoolFiles } from '../../../../routers/learning/quiz/pool-files.ts';

const pools = readPoolFiles(fileURLToPath(new URL('../../../../db/seed-data/quiz', import.meta.url)));
const questions = pools.flatMap((pool) => pool.questions);
const twice = <T>(all: T[]) => all.filter((one, n) => all.indexOf(one) !== n);
const HANGUL = /[가-힣]/;

test('there are eight pools or more', () => {
  expect(pools.length).toBeGreaterThanOrEqual(8);
});

test('no pool and no question shares its number with another', () => {
  expect(twice(pools.map(({ pool_id }) => pool_id))).toEqual([]);
  expect(twice(questions.map(({ id }) => id))).toEqual([]);
  expect(twice(questions.map(({ question, code }) => `${question.en} ${code}`))).toEqual([]);
});

test('prose is in Korean and in English', () => {
  const prose = [
    ...pools.flatMap(({ title, description }) => [title, description]),
    ...questions.flatMap(({ question, explanation, learning_tip, options }) => [
      question,
      explanation,
      learning_tip,
      ...options.map(({ text }) => text).filter(({ ko, en }) => ko !== en),
    ]),
  ];
  expect(prose.filter(({ ko, en }) => !HANGUL.test(ko) || HANGUL.test(en))).toEqual([]);
  const code = questions.filter(({ options }) => options.some(({ text }) => text.ko === text.en));
  expect(
    code.filter(({ options }) => options.some(({ text }) => text.ko === text.en && HANGUL.test(text.en))),
  ).toEqual([]);
});

test('the four options differ, in either language', () => {
  for (const language of ['ko', 'en'] as const)
    expect(
      questions.filter(({ options }) => twice(options.map(({ text }) => text[language].trim())).length > 0),
    ).toEqual([]);
});

test('neither place nor length gives the right option away', () => {
  const places = [0, 0, 0, 0];
  for (const { options } of questions) places[options.findIndex(({ correct }) => correct)]!++;
  expect(Math.max(...places) / questions.length).toBeLessThanOrEqual(0.45);
  for (const language of ['ko', 'en'] as const) {
    const longest = questions.filter(({ options }) => {
      const right = options.find(({ correct }) => correct)!.text[language].length;
      return options.every(({ text, correct }) => correct || text[language].length < right);
    });
    expect(longest.length / questions.length).toBeLessThan(0.5);
  }
});

test('explanations explain', () => {
  const short = questions.filter(({ explanation: { ko, en } }) => Math.min(ko.length, en.length) < 40);
  expect(short.map(({ id }) => id)).toEqual([]);
});

test('a topic has enough questions for its weakness to mean something', () => {
  for (const pool of pools) {
    const count = new Map<string, number>();
    for (const { topic } of pool.questions) count.set(topic, (count.get(topic) ?? 0) + 1);
    expect([...count].filter(([, asked]) => asked < 3)).toEqual([]);
  }
});

test('a question with code says in which language it is', () => {
  expect(questions.filter(({ code, language }) => code !== undefined && language === undefined)).toEqual([]);
});
