import { readFileSync } from 'node:fs';
import { parse } from 'tldts';
import { expect, test } from 'vitest';
import { BRANDS, findBrandOwner, isUserContent } from '../../ml/url/brands.ts';
import { type CanonicalUrl, canonicalize } from '../../ml/url/canonical.ts';
import { findReasons, type ReasonCode } from '../../ml/url/reasons.ts';

const LOOKALIKE: ReasonCode[] = [
  'disguised_brand',
  'misspelt_brand',
  'brand_domain_in_host',
  'brand_in_domain',
  'brand_in_subdomain',
  'brand_in_path',
];

/** Suffixes under which only a government can have a name. */
const GOVERNMENT = ['go.kr', 'go.jp', 'gov.uk'];

function canonical(url: string): CanonicalUrl {
  const result = canonicalize(url);
  if (result === null) throw new Error(`not a URL: ${url}`);
  return result;
}

const lookalikes = (url: string) =>
  findReasons(canonical(url)).filter(({ code }) => LOOKALIKE.includes(code));

const everyday = readFileSync(new URL('everyday-urls.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test('there are at least 600 brands, each once', () => {
  expect(BRANDS.length).toBeGreaterThanOrEqual(600);
  expect(new Set(BRANDS.map(({ id }) => id)).size).toBe(BRANDS.length);
});

test('each brand has a name, a Hangul name and a domain', () => {
  for (const brand of BRANDS) {
    expect(brand.id, brand.id).toMatch(/^[a-z0-9]+$/);
    expect(brand.name, brand.id).not.toBe('');
    expect(brand.hangul.length, brand.id).toBeGreaterThan(0);
    expect(brand.domains.length, brand.id).toBeGreaterThan(0);
    for (const name of brand.names) expect(name, brand.id).toMatch(/^[a-z0-9]{2,}$/);
    for (const name of brand.ordinary ?? []) expect(brand.names, brand.id).toContain(name);
  }
});

test.each(['names', 'domains', 'user_content'] as const)('no two brands share one of their %s', (field) => {
  const all = BRANDS.flatMap((brand) => brand[field]);
  expect(all.filter((entry, i) => all.indexOf(entry) !== i)).toEqual([]);
});

test('domains are registrable domains or hosts below one', () => {
  for (const domain of BRANDS.flatMap(({ domains }) => domains)) {
    const { isIcann, domain: registrable, hostname } = parse(domain);
    expect(hostname).toBe(domain);
    expect(isIcann && (registrable !== null || GOVERNMENT.includes(domain)), domain).toBe(true);
  }
});

test('what is open to anyone lies on the brand`s own domains', () => {
  for (const brand of BRANDS) {
    for (const entry of brand.user_content) {
      const host = entry.replace(/^\*\./, '').replace(/\/.*$/, '');
      expect(findBrandOwner(host)?.id, entry).toBe(brand.id);
    }
  }
});

test('no look-alike is found on a brand`s own domain', () => {
  for (const domain of BRANDS.flatMap(({ domains }) => domains)) {
    for (const host of [domain, `www.${domain}`, `login.${domain}`, `secure-account.${domain}`]) {
      expect(lookalikes(`https://${host}/login/verify?account=1`), host).toEqual([]);
    }
  }
});

test('no look-alike is found on any everyday URL', () => {
  for (const url of everyday) expect(lookalikes(url), url).toEqual([]);
});

test('there are 200 everyday URLs and more, each once, and all can be scanned', () => {
  expect(everyday.length).toBeGreaterThanOrEqual(200);
  const hashes = everyday.map((url) => canonical(url).hash);
  expect(new Set(hashes).size).toBe(everyday.length);
});

test.each([
  ['https://www.naver.com/', 'naver', false],
  ['https://blog.naver.com/someone/1', 'naver', true],
  ['https://kim.tistory.com/1', 'tistory', true],
  ['https://www.tistory.com/', 'tistory', false],
  ['https://docs.google.com/forms/d/1', 'google', true],
  ['https://www.google.com/url?q=https://example.com', 'google', true],
  ['https://www.google.com/urls', 'google', false],
  ['https://accounts.google.com/', 'google', false],
  ['https://github.com/login', 'github', false],
  ['https://github.com/a/b/raw/main/setup.exe', 'github', true],
  ['https://github.com/a/b/releases/download/v1/setup.exe', 'github', true],
  ['https://github.com/a/b/releases', 'github', false],
  ['https://kim.github.io/', 'github', true],
])('%s is owned by %s, open to anyone: %s', (url, id, open) => {
  expect(findBrandOwner(canonical(url).host)?.id).toBe(id);
  expect(isUserContent(canonical(url))).toBe(open);
});

test('a host that only ends like a domain is not owned', () => {
  expect(findBrandOwner('evilnaver.com')).toBeNull();
  expect(findBrandOwner('naver.com.example.org')).toBeNull();
  expect(findBrandOwner('com')).toBeNull();
});
