import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCalibration, toAddressKind } from '../../ml/url/calibration.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { loadEncoder } from '../../ml/url/encoder.ts';
import { loadNgrams } from '../../ml/url/ngram.ts';
import { modelText } from '../../ml/url/text.ts';
import { dieAtQuestions } from '../faults/dying-thread.ts';

const modelDir = fileURLToPath(new URL('../../ml/url/model', import.meta.url));
/** made URLs with the logits of the model as torch and numpy gave them (`ml/training/url/fixture.py`) */
const recorded: { url: string; encoder: number; linear: number; bag: number }[] = JSON.parse(
  readFileSync(new URL('fixtures/url-logits.json', import.meta.url), 'utf8'),
);
const hrefs = recorded.map(({ url }) => url);
const texts = hrefs.map(modelText);

let classifier: UrlClassifier;
beforeAll(async () => {
  classifier = await startClassifier({ modelDir });
});
afterAll(() => classifier.close());

test('the text drops what says more about a source than about a URL', () => {
  expect(modelText('https://www.a.kr/b//c/?q=//d#e')).toBe('a.kr/b/c/?q=//d');
  expect(modelText('http://a.kr/')).toBe('a.kr');
});

test('the encoder gives the logits it was trained to give', async () => {
  const logits = await (await loadEncoder(modelDir)).logits(texts);
  const furthest = Math.max(...recorded.map(({ encoder }, i) => Math.abs(encoder - logits[i]!)));
  expect(furthest).toBeLessThan(0.05);
});

test('the hashed features give the sums that training gave', () => {
  const ngrams = loadNgrams(modelDir, readCalibration(modelDir).ngram);
  const given = texts.map((text) => ngrams.logits(text));
  const furthest = (part: 'linear' | 'bag'): number =>
    Math.max(...recorded.map((row, i) => Math.abs(row[part] - given[i]![part])));
  expect(furthest('linear')).toBeLessThan(0.001);
  expect(furthest('bag')).toBeLessThan(0.001);
});

test('scores are the stack of the parts, calibrated, in the order of the URLs', async () => {
  const { stack, prior } = readCalibration(modelDir);
  const scores = await classifier.classify(hrefs);
  scores.forEach(({ logit, probability, risk }, i) => {
    const { encoder, linear, bag } = recorded[i]!;
    const { bias, weights } = stack[toAddressKind(texts[i]!)];
    const expected = bias + weights.encoder * encoder + weights.linear * linear + weights.bag * bag;
    expect(logit).toBeCloseTo(expected, 1);
    expect(Math.log(probability / (1 - probability))).toBeCloseTo(logit, 4);
    const odds = (probability / (1 - probability)) * (prior / (1 - prior));
    expect(risk).toBeCloseTo(odds / (1 + odds), 6);
  });
});

test('calls that come together get their own scores', async () => {
  const together = await classifier.classify(hrefs);
  const alone = await Promise.all(hrefs.map((href) => classifier.classify([href])));
  alone.forEach(([score], i) => {
    expect(score!.logit).toBeCloseTo(together[i]!.logit, 2);
  });
  expect(await classifier.classify([])).toEqual([]);
});

test('dangerous is a risk of one half, caution lies below it', () => {
  const { thresholds, model_version } = classifier.info;
  expect(thresholds.dangerous).toBe(0.5);
  expect(thresholds.caution).toBeLessThan(0.5);
  expect(model_version).toMatch(/^urlbert_/);
});

test('a thread that dies is reported and asked once more; one that dies again rejects, and the next call works', async () => {
  const deaths: Error[] = [];
  const own = await startClassifier({ modelDir, onError: (error) => deaths.push(error) });
  dieAtQuestions(2);
  await expect(own.classify(hrefs)).rejects.toThrow('thread failed');
  expect(deaths).toHaveLength(2);
  expect(await own.classify(hrefs.slice(0, 2))).toHaveLength(2);
  expect(own.isHealthy()).toBe(true);
  await own.close();
  expect(own.isHealthy()).toBe(false);
  await expect(own.classify(hrefs)).rejects.toThrow('closed');
  expect(deaths).toHaveLength(2);
});

test('a run that fails rejects, and the next one works', async () => {
  await expect(classifier.classify([null as never])).rejects.toThrow('the url model failed');
  expect(await classifier.classify(hrefs.slice(0, 1))).toHaveLength(1);
});

test('a model that cannot be loaded rejects', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'broken-model-'));
  cpSync(modelDir, broken, { recursive: true });
  writeFileSync(join(broken, 'onnx', 'model_fp16.onnx'), 'not a model');
  await expect(startClassifier({ modelDir: broken })).rejects.toThrow();
  rmSync(join(broken, 'calibration.json'));
  await expect(startClassifier({ modelDir: broken })).rejects.toThrow(/calibration/);
  rmSync(broken, { recursive: true });
});
