import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { collectEvidence, judge } from '../../ml/url/verdict.ts';

const urls = readFileSync(new URL('everyday-urls.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => canonicalize(line))
  .filter((url) => url !== null);

let classifier: UrlClassifier | undefined;

beforeAll(async () => {
  classifier = await startClassifier({ modelDir: new URL('../../ml/url/model', import.meta.url).pathname });
});

afterAll(async () => {
  await classifier?.close();
});

test('no everyday URL is called dangerous', async () => {
  if (classifier === undefined) throw new Error('the classifier did not start');
  const { thresholds } = classifier.info;
  const scores = await classifier.classify(urls.map(({ href }) => href));
  const dangerous = urls.filter((url, i) => {
    const score = scores[i];
    if (score === undefined) throw new Error(`no score for ${url.href}`);
    return judge(collectEvidence(url), score, thresholds).analysis_result === 'dangerous';
  });
  expect(dangerous.map(({ href }) => href)).toEqual([]);
});
