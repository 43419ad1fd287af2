import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { canonicalize } from '../../../../ml/url/canonical.ts';
import { findReasons } from '../../../../ml/url/reasons.ts';
import { type PoolFileQuestion, readPoolFiles } from '../../../../routers/learning/quiz/pool-files.ts';

const pools = readPoolFiles(fileURLToPath(new URL('../../../../db/seed-data/quiz', import.meta.url)));
const questions = pools.flatMap((pool) => pool.questions);
const phishing = pools.find(({ pool_id }) => pool_id === 8)!.questions;

const ADDRESS = /https?:\/\/[\w.:@/?=&%-]*[\w/]/g;
/** RFC 2606, and loopback. */
const NOBODYS = /(?:^|\.)(?:test|example|example\.(?:com|net|org))$|^localhost$|^127\.0\.0\.1$/;
/** Named as what they are. */
const TRUE = new Set(['epost.go.kr']);

const seen = (url: string) => {
  const canonical = canonicalize(url);
  if (canonical === null) throw new Error(`not a URL: ${url}`);
  return canonical;
};
const owner = (url: string) => seen(url).registrable_domain;
const addresses = (question: PoolFileQuestion) =>
  JSON.stringify({ ...question, check: undefined }).match(ADDRESS) ?? [];
const right = ({ options }: PoolFileQuestion) => options.find(({ correct }) => correct)!.text.en;
const wrong = ({ options }: PoolFileQuestion) =>
  options.filter(({ correct }) => !correct).map(({ text }) => text.en);
const question = (id: string) => phishing.find((one) => one.id === id)!;

test('no address in a question is somebody’s, but for those named as what they are', () => {
  const somebodys = questions
    .flatMap(addresses)
    .filter((url) => !NOBODYS.test(seen(url).host) && !TRUE.has(owner(url) ?? ''));
  expect(somebodys).toEqual([]);
});

test('where the answer is a domain, scanning the address finds the same and none of the others', () => {
  const asked = phishing.filter(({ topic, code }) => topic === 'url_reading' && code?.startsWith('https://'));
  const domains = asked.filter((one) => canonicalize(right(one))?.href === `http://${right(one)}/`);
  expect(domains.map(({ id }) => id)).toEqual([
    'phishing-001',
    'phishing-002',
    'phishing-003',
    'phishing-005',
  ]);
  for (const one of domains) {
    expect(owner(one.code!)).toBe(right(one));
    expect(wrong(one)).not.toContain(owner(one.code!));
  }
});

test('where the answer is an address, it alone belongs to the domain asked for', () => {
  const one = question('phishing-004');
  expect(owner(right(one))).toBe('epost.go.kr');
  expect(wrong(one).map(owner)).toEqual(['example.com', 'example.net', 'example.org']);
});

test('where the answer says which registrable domain an address has, it is so', () => {
  for (const id of ['phishing-012', 'phishing-015']) {
    const one = question(id);
    const [url] = one.code!.match(ADDRESS)!;
    expect(right(one)).toContain(`registrable domain is ${owner(url)},`);
  }
});

test('the look-alike that is shown leads to the address in punycode', () => {
  const one = question('phishing-006');
  const shown = /seemed to say (\S+),/.exec(one.question.en)![1]!;
  expect(shown).not.toBe('naver.example');
  expect(seen(`https://${shown}`).href).toBe(one.code);
});

test('scanning gives the reason a question teaches', () => {
  const reasons = (id: string) => findReasons(seen(addresses(question(id))[0]!)).map(({ code }) => code);
  expect(reasons('phishing-001')).toContain('brand_domain_in_host');
  expect(reasons('phishing-002')).toContain('userinfo');
  expect(reasons('phishing-003')).toContain('brand_in_path');
  expect(reasons('phishing-004')).toContain('brand_domain_in_host');
  expect(reasons('phishing-005')).toEqual([]);
  expect(reasons('phishing-006')).toContain('disguised_brand');
  expect(reasons('phishing-012')).toContain('brand_domain_in_host');
});
