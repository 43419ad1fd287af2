import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadMessageClassifier } from '../../../ml/message/classifier.ts';
import { judgeRows } from '../../../ml/training/message/evaluate.ts';
import { judgeLinks } from '../../../ml/training/message/link-verdicts.ts';
import { measure } from '../../../ml/training/message/measure.ts';
import { readLabelled } from '../../../ml/training/message/rows.ts';

/** The folder with `dev.jsonl`; it is not part of the repository. */
const DATA = process.env.MESSAGE_DATA;

describe.skipIf(!DATA)('on the development set', () => {
  test('at least 0.95 of smishing is above 1 % of ordinary messages, and 1 % of those are no more than caution', async () => {
    const messages = readLabelled(DATA!, 'dev');
    const texts = messages.map(({ text }) => text);
    const verdicts = await judgeLinks(texts, join(mkdtempSync(join(tmpdir(), 'messages-')), 'verdicts.json'));
    const modelDir = new URL('../../../ml/message/model/', import.meta.url).pathname;
    const rows = await judgeRows(messages, loadMessageClassifier(modelDir), verdicts);
    for (const lang of ['ko', 'en']) {
      const figures = measure(rows.filter(({ message }) => message.lang === lang));
      expect(figures.recall_at_1, lang).toBeGreaterThanOrEqual(0.95);
      expect(figures.caution.normal, lang).toBeLessThanOrEqual(0.01);
      expect(figures.caution.smishing, lang).toBeGreaterThanOrEqual(0.94);
      expect(figures.dangerous.normal, lang).toBeLessThanOrEqual(0.005);
      expect(figures.dangerous.spam, lang).toBeLessThanOrEqual(0.1);
    }
  }, 120_000);
});
