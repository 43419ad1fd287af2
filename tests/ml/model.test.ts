import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';

const modelDir = new URL('../../ml/url/model', import.meta.url).pathname;
let classifier: UrlClassifier;

beforeAll(async () => {
  classifier = await startClassifier({ modelDir });
});
afterAll(() => classifier.close());

test('scores come back in the order of the URLs', async () => {
  const hrefs = [
    'https://www.wikipedia.org/',
    'http://secure-naver-login.tk/verify.php?id=1',
    'https://kr.example/',
  ];
  const together = await classifier.classify(hrefs);
  const alone = await Promise.all(hrefs.map((href) => classifier.classify([href])));
  expect(together.map((score) => score.logit.toFixed(2))).toEqual(
    alone.map(([score]) => score!.logit.toFixed(2)),
  );
});
