import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatEngine } from '../../../ml/chat/engine.ts';
import type { Language } from '../../../ml/text/language.ts';
import { ask, measureGate, measureRetrieval, outOfScope } from '../../eval/chat.ts';
import { testEngine } from './engine.ts';

/** The development sets lie beside the checkout; without them there is nothing to measure. */
const DATA = fileURLToPath(new URL('../../../../shared/data/chat/', import.meta.url));
const rows = <T>(file: string): T[] =>
  readFileSync(`${DATA}${file}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

describe.skipIf(!existsSync(DATA))('on the development questions', () => {
  let engine: ChatEngine;
  beforeAll(async () => {
    engine = await testEngine();
  });
  afterAll(() => engine.close());
  const questions = () => rows<{ lang: Language; question: string; topic_id: string }>('eval_dev.jsonl');

  test('the right topic comes first in four of five, and among three in 92 of a hundred, in each language', async () => {
    for (const language of ['ko', 'en'] as const) {
      const figures = await measureRetrieval(
        engine,
        questions().filter(({ lang }) => lang === language),
      );
      expect(figures.recall1).toBeGreaterThanOrEqual(0.8);
      expect(figures.recall3).toBeGreaterThanOrEqual(0.92);
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
