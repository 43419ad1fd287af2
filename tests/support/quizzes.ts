import { expect } from 'vitest';
import type { PoolFile, PoolFileQuestion } from '../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import { type TestApp, type TestClient, type TestOptions, testApp } from './app.ts';

const both = (ko: string, en: string) => ({ ko, en });

/** A question whose options say nothing of which is right; `right` is its place in the file. */
function question(prefix: string, n: number, topic: string, right: number): PoolFileQuestion {
  return {
    id: `${prefix}-${String(n).padStart(3, '0')}`,
    topic,
    difficulty: (['easy', 'medium', 'hard'] as const)[n % 3] as 'easy',
    question: both(`질문 ${prefix} ${n}`, `Question ${prefix} ${n}`),
    ...(n % 2 === 0 ? { code: `print(${n})`, language: 'python' } : {}),
    options: [0, 1, 2, 3].map((i) => ({
      text: both(`보기 ${prefix} ${n} ${'가나다라'[i]}`, `Option ${prefix} ${n} ${'abcd'[i]}`),
      correct: i === right,
    })),
    explanation: both(`설명 ${prefix} ${n}`, `Why ${prefix} ${n}`),
    learning_tip: both(`배울 것 ${prefix} ${n}`, `Learn ${prefix} ${n}`),
  };
}

/** A pool in the form that ships: topics `<prefix>_a` and `<prefix>_b` by turns. */
export function aPool(pool_id: number, prefix: string, more: Partial<PoolFile> = {}, count = 15): PoolFile {
  return {
    pool_id,
    title: both(`${prefix} 퀴즈`, `${prefix} quiz`),
    description: both('설명', 'About it'),
    category: prefix,
    difficulty: 'easy',
    tags: [prefix, 'basics'],
    questions: Array.from({ length: count }, (_, i) =>
      question(prefix, i + 1, `${prefix}_${i % 2 === 0 ? 'a' : 'b'}`, (i * 7 + 1) % 4),
    ),
    ...more,
  };
}

export const POOLS = [aPool(5, 'python'), aPool(3, 'git', { difficulty: 'hard' })];

export function quizApp(options: TestOptions = {}, pools: PoolFile[] = POOLS): TestApp {
  const it = testApp(options);
  publishPools(it.deps, pools);
  return it;
}

export interface Asked {
  question_id: number;
  question_text: string;
  topic: string;
  options: { option_id: number; text: string }[];
  answered: boolean;
  selected_option_id: number | null;
}
export interface Started {
  session_id: number;
  total: number;
  expires_at: string | null;
  started_at: string;
  questions: Asked[];
}

export async function begin(it: TestClient, more: object = {}): Promise<Started> {
  const { status, body } = await it.post('/quiz/sessions', {
    pool_id: 5,
    num_questions: 10,
    mode: 'timed',
    ...more,
  });
  expect([status, body]).toEqual([201, expect.any(Object)]);
  return body;
}

/** The number that the right option has in a session, which no answer tells before its time. */
export function rightOf(asked: Asked, pools: PoolFile[] = POOLS): number {
  const shown = new Set(asked.options.map(({ text }) => text));
  const source = pools
    .flatMap(({ questions }) => questions)
    .filter(({ question }) => Object.values(question).includes(asked.question_text))
    .find(({ options }) => options.every(({ text }) => shown.has(text.ko) || shown.has(text.en)));
  const right = source?.options.find(({ correct }) => correct)?.text;
  return asked.options.find(({ text }) => text === right?.ko || text === right?.en)?.option_id as number;
}

export function wrongOf(asked: Asked, pools: PoolFile[] = POOLS): number {
  return (rightOf(asked, pools) % asked.options.length) + 1;
}

export function answer(it: TestClient, session: Started, asked: Asked, selected_option_id: number) {
  const body = { question_id: asked.question_id, selected_option_id };
  return it.post(`/quiz/sessions/${session.session_id}/answers`, body);
}

export const finish = (it: TestClient, { session_id }: Started) =>
  it.post(`/quiz/sessions/${session_id}/finish`);
