import { expect, onTestFinished, test } from 'vitest';
import { startClassifier } from '../../../ml/url/classify.ts';
import list from '../../../ml/url/redirectors.json' with { type: 'json' };
import { resolveInPackage } from '../../../server/process/env.ts';
import { testApp } from '../../support/app.ts';
import { createRandom } from '../../support/qr-pictures/picture.ts';

/** `REDIRECTOR_HOSTS=200 REDIRECTOR_CODES=50` measures the whole promise. */
const HOSTS = Number(process.env.REDIRECTOR_HOSTS ?? 40);
const CODES = Number(process.env.REDIRECTOR_CODES ?? 10);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const random = createRandom(20_261_201);
const pick = <T>(items: ArrayLike<T>) => items[Math.floor(random() * items.length)] as T;
const toCode = () => Array.from({ length: 3 + Math.floor(random() * 18) }, () => pick(LETTERS)).join('');

/** Different hosts, from every scope of the list. */
function listHosts(): string[] {
  const scopes = [list.open, list.operator, list.user_content].map((operators) =>
    Object.values(operators).flatMap((hosts) => hosts.split(' ')),
  );
  const hosts = new Set<string>();
  for (let i = 0; hosts.size < HOSTS; i++) hosts.add(pick(scopes[i % scopes.length] as string[]));
  return [...hosts];
}

test('every code of a redirector gets the same verdict and risk from the real model', async () => {
  const classifier = await startClassifier({ modelDir: resolveInPackage('ml/url/model') });
  onTestFinished(() => classifier.close());
  const guest = testApp({ classifier }).client();
  const answers = new Set<string>();
  const wrong: string[] = [];
  for (const host of listHosts()) {
    const urls = Array.from({ length: CODES }, () => `https://${host}/${toCode()}`);
    const { results } = (await guest.post('/scan/batch', { urls })).body.data;
    const own = new Set<string>(
      results.map((result: { verdict: string; details: { risk_score: number } }) =>
        [result.verdict, result.details.risk_score].join(' '),
      ),
    );
    for (const answer of own) answers.add(answer);
    if (own.size !== 1 || [...own].some((answer) => answer.startsWith('dangerous')))
      wrong.push(`${host}: ${[...own].join(', ')}`);
  }
  expect(wrong).toEqual([]);
  // Hosts that anyone can use are a caution, those of one operator are not.
  expect([...answers].map((answer) => answer.split(' ')[0]).sort()).toContain('caution');
  expect([...answers].some((answer) => answer.startsWith('safe'))).toBe(true);
}, 120_000);
