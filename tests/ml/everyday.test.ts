import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { collectEvidence, judgeAddress } from '../../ml/url/judge.ts';

let classifier: UrlClassifier;

beforeAll(async () => {
  classifier = await startClassifier({ modelDir: new URL('../../ml/url/model', import.meta.url).pathname });
});

afterAll(async () => {
  await classifier.close();
});

/** The URLs of a list that the model and the rules together call dangerous, and how many the list has. */
async function findDangerous(file: string): Promise<{ dangerous: string[]; total: number }> {
  const urls = readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => canonicalize(line))
    .filter((url) => url !== null);
  const scores = await classifier.classify(urls.map(({ href }) => href));
  const { thresholds } = classifier.info;
  const dangerous = urls.filter(
    (url, i) => judgeAddress(collectEvidence(url), scores[i]!, thresholds).analysis_result === 'dangerous',
  );
  return { dangerous: dangerous.map(({ href }) => href), total: urls.length };
}

test('no everyday URL is called dangerous', async () => {
  expect((await findDangerous('everyday-urls.txt')).dangerous).toEqual([]);
});

test.each([
  ['everyday-world.txt', 0.01],
  ['small-businesses.txt', 0.05],
  ['crypto-nodes.txt', 0.05],
])('of %s hardly any is called dangerous', async (file, most) => {
  const { dangerous, total } = await findDangerous(file);
  expect(dangerous.length / total, dangerous.join('\n')).toBeLessThanOrEqual(most);
});

test('the examples of the specifications are judged as they say', async () => {
  const examples = [
    'http://phishing-site.xyz/',
    'http://secure-naver-login.tk/',
    'https://google.com/',
    'https://example.com/',
  ];
  const scores = await classifier.classify(examples);
  const { thresholds } = classifier.info;
  const results = examples.map(
    (href, i) => judgeAddress(collectEvidence(canonicalize(href)!), scores[i]!, thresholds).analysis_result,
  );
  expect(results).toEqual(['dangerous', 'dangerous', 'safe', 'safe']);
});
