import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatEngine } from '../../../ml/chat/engine.ts';
import type { Language } from '../../../ml/text/language.ts';
import { ask, measureGate, measureRetrieval, outOfScope, typedQuestions } from '../../eval/chat.ts';
import { testEngine } from './engine.ts';

/** The development sets lie beside the checkout; without them there is nothing to measure. */
const DATA = fileURLToPath(new URL('../../../../shared/data/chat/', import.meta.url));
const rows = <T>(file: string): T[] =>
  readFileSync(`${DATA}${file}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

let engine: ChatEngine;
beforeAll(async () => {
  engine = await testEngine();
});
afterAll(() => engine.close());

describe('on questions as people type them', () => {
  test('the right topic comes first in nine of ten, in each language', async () => {
    for (const language of ['ko', 'en'] as const) {
      const questions = typedQuestions().filter(({ lang }) => lang === language);
      const { recall1, missed } = await measureRetrieval(engine, questions);
      expect(recall1, JSON.stringify(missed)).toBeGreaterThanOrEqual(0.9);
    }
  });

  test('the gate sorts 96 of a hundred questions rightly', async () => {
    const inside = typedQuestions().map(({ question }) => question);
    const { accuracy, wrong } = await measureGate(engine, inside, outOfScope());
    expect(accuracy, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.96);
  });
});

describe.skipIf(!existsSync(DATA))('on the development questions', () => {
  const questions = () => rows<{ lang: Language; question: string; topic_id: string }>('eval_dev.jsonl');

  test('the right topic comes first in nine of ten, and among three in 95 of a hundred, in each language', async () => {
    for (const language of ['ko', 'en'] as const) {
      const figures = await measureRetrieval(
        engine,
        questions().filter(({ lang }) => lang === language),
      );
      expect(figures.recall1).toBeGreaterThanOrEqual(0.9);
      expect(figures.recall3).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('the gate sorts 95 of a hundred questions rightly', async () => {
    const inside = questions().map(({ question }) => question);
    expect((await measureGate(engine, inside, outOfScope())).accuracy).toBeGreaterThanOrEqual(0.95);
  });

  test('every intent is read rightly', async () => {
    for (const { text, lang, intent } of rows<{ text: string; lang: Language; intent: string }>(
      'intent_dev.jsonl',
    ))
      expect([text, (await ask(engine, text, lang)).intent_type]).toEqual([text, intent]);
  });
});
