import { expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import { mixesScripts, skeleton } from '../../ml/url/confusables.ts';
import { looksRandom } from '../../ml/url/features.ts';
import { oneEditApart } from '../../ml/url/lookalike.ts';
import { REASON_TEXTS } from '../../ml/url/reason-texts.ts';
import { findReasons, type Reason, type ReasonCode, reasonText } from '../../ml/url/reasons.ts';

function reasons(url: string): Reason[] {
  const canonical = canonicalize(url);
  if (canonical === null) throw new Error(`not a URL: ${url}`);
  return findReasons(canonical);
}

const codes = (url: string): ReasonCode[] => reasons(url).map(({ code }) => code);
const texts = (url: string, language: 'ko' | 'en' = 'ko'): string[] =>
  reasons(url).map((reason) => reasonText(reason, language));

test('plain HTTP and an unusual domain read as the contract says', () => {
  expect(texts('http://phishing-site.xyz')).toEqual(
    expect.arrayContaining(['비정상적인 도메인', 'HTTP 프로토콜']),
  );
  expect(texts('http://phishing-site.xyz').indexOf('비정상적인 도메인')).toBeLessThan(
    texts('http://phishing-site.xyz').indexOf('HTTP 프로토콜'),
  );
});

test('an ordinary site has no reasons', () => {
  expect(reasons('https://example.com')).toEqual([]);
  expect(reasons('example.com')).toEqual([]);
});

const EXPECTED: [string, ReasonCode, string][] = [
  ['https://secure-naver-login.tk/', 'brand_in_domain', 'secure-naver-login'],
  ['https://naverlogin.example.com/', 'brand_in_subdomain', 'naverlogin'],
  ['https://kb-login.example/', 'brand_in_domain', 'kb-login'],
  ['https://apple-verify-account.com/', 'brand_in_domain', 'apple-verify-account'],
  ['https://toss-bank-event-login.com/', 'brand_in_domain', 'toss-bank-event-login'],
  ['https://kakaobank-support.com/', 'brand_in_domain', 'kakaobank-support'],
  ['https://네이버로그인.com/', 'brand_in_domain', '네이버로그인'],
  ['https://goog1e.com/', 'disguised_brand', 'goog1e'],
  ['https://paypaI.com.example.org/', 'disguised_brand', 'paypai'],
  ['https://rnicrosoft.com/', 'disguised_brand', 'rnicrosoft'],
  ['https://аррӏе.com/', 'disguised_brand', 'аррӏе'],
  ['https://nаver.com/', 'disguised_brand', 'nаver'],
  ['https://netfllix.com/', 'misspelt_brand', 'netfllix'],
  ['https://coupnag.com/', 'misspelt_brand', 'coupnag'],
  ['https://www.paypal.com.signin.example.org/', 'brand_domain_in_host', 'paypal.com'],
  ['https://rakuten.co.jp.example.cn/', 'brand_domain_in_host', 'rakuten.co.jp'],
  ['https://naver-com.example.org/', 'brand_domain_in_host', 'naver.com'],
  ['https://dhl-delivery.example.org/', 'brand_in_subdomain', 'dhl'],
  ['http://203.0.113.5/paypal-login/', 'brand_in_path', 'paypal-login'],
  ['https://sites.google.com/view/paypal-login', 'brand_in_path', 'paypal-login'],
  ['https://pаge.example.com/', 'mixed_scripts', 'pаge'],
  ['https://xn--mlat-zra.com/', 'punycode', 'ümlat.com'],
  ['http://203.0.113.5/', 'ip_host', '203.0.113.5'],
  ['http://3405803781/', 'disguised_ip', '203.0.113.5'],
  ['http://192.168.0.1/', 'local_address', '192.168.0.1'],
  ['https://a.b.c.d.example.com/', 'many_subdomains', 'a.b.c.d'],
  ['https://naver.com@example.org/', 'userinfo', 'naver.com'],
  ['https://bit.ly/3abcdef', 'shortener', 'bit.ly'],
  ['https://something.top/', 'risky_suffix', 'top'],
  ['https://login-page.weebly.com/', 'free_hosting_login', 'login'],
  ['https://kim.weebly.com/', 'free_hosting', 'weebly.com'],
  ['https://example.com:4444/', 'odd_port', '4444'],
  ['https://example.com/invoice.pdf.exe', 'double_extension', 'invoice.pdf.exe'],
  ['https://example.com/app.apk', 'program_file', 'app.apk'],
  ['https://x7f3k9q2m4.com/', 'random_host', 'x7f3k9q2m4'],
  ['https://secure-login.example.com/', 'login_words', 'secure, login'],
  ['https://example.com/go?to=https://example.org/x', 'embedded_url', 'example.org'],
  ['https://example.com/account/x.html', 'login_path', 'account'],
  ['https://example.com/wp-includes/css/index.php', 'site_internals', 'wp-includes'],
  [`https://example.com/${'a'.repeat(300)}`, 'long_url', 'example.com'],
  [`https://${'abcde.'.repeat(12)}example.com/`, 'long_host', `${'abcde.'.repeat(12)}example.com`],
];

test.each(EXPECTED)('%s has the reason %s about %s', (url, code, part) => {
  expect(reasons(url)).toContainEqual(expect.objectContaining({ code, part }));
});

const LOOKALIKE = /brand/;

test.each([
  'https://pineapple.com/',
  'https://www.online-store.com/',
  'https://airline.com/',
  'https://line-of-duty.com/',
  'https://applebees.com/',
  'https://grape-apple-farm.com/',
  'https://kbs.co.kr/',
  'https://nhs.uk/',
  'https://toss-a-coin.com/',
  'https://daumier.org/',
  'https://never.com/',
  'https://finance.com/',
  'https://history.com/',
  'https://cloud.com/',
  'https://chasewater.org/',
  'https://hanako.com/',
  'https://steamboat.com/',
  'https://visa-center.org/',
  'https://uberlingen.de/',
  'https://shoppe.example.com/',
  'https://revolution.com/',
  'https://ing.example.com/',
  'https://auth.example.com/oauth/google/callback',
  'https://example.com/login/kakao',
  'https://example.com/blog/how-google-works',
  'https://web.archive.org/web/2020/https://www.naver.com/',
  'https://upbit.zendesk.com/hc/ko',
  'https://kakaobank.recruiter.co.kr/career/home',
])('ordinary words and uses are no look-alike: %s', (url) => {
  expect(codes(url).filter((code) => LOOKALIKE.test(code))).toEqual([]);
});

test('the weightiest reason comes first', () => {
  const weights = reasons('http://www.paypal.com.secure-login.tk/a.pdf.exe').map(({ weight }) => weight);
  expect(weights.length).toBeGreaterThan(3);
  expect(weights).toEqual([...weights].sort((a, b) => b - a));
});

test('a brand is named by its Hangul name in Korean, in Latin letters in English', () => {
  expect(texts('https://secure-naver-login.tk/')[0]).toContain('네이버');
  expect(texts('https://secure-naver-login.tk/', 'en')[0]).toContain('Naver');
});

test('punycode is shown decoded', () => {
  expect(texts('https://xn--mlat-zra.com/')[0]).toContain('ümlat.com');
});

test('an assumed scheme is no plain HTTP', () => {
  expect(codes('phishing-site.xyz')).not.toContain('plain_http');
});

test('every text is whole in both languages', () => {
  for (const [url] of EXPECTED) {
    for (const language of ['ko', 'en'] as const) {
      for (const text of texts(url, language)) expect(text).not.toMatch(/\{|''|undefined|\(\)/);
    }
  }
  for (const { ko, en } of Object.values(REASON_TEXTS)) {
    expect(ko).toMatch(/[가-힣]|HTTP/);
    expect(en).not.toMatch(/[가-힣]/);
  }
});

test('a stored reason whose code is no longer known still has a text', () => {
  expect(reasonText({ code: 'of_an_older_version', part: 'x' }, 'en')).toContain('resembles known phishing');
});

test('look-alike characters have one skeleton', () => {
  for (const [a, b] of [
    ['pаypаl', 'paypal'],
    ['g00gle', 'google'],
    ['rnercari', 'mercari'],
    ['ｎａｖｅｒ', 'naver'],
    ['àmàzòn', 'amazon'],
    ['νaνer', 'vaver'],
  ] as const) {
    expect(skeleton(a)).toBe(skeleton(b));
  }
  expect(skeleton('naver')).not.toBe(skeleton('never'));
});

test('scripts are mixed only when their letters pass for each other', () => {
  expect(mixesScripts('pаypal')).toBe(true);
  expect(mixesScripts('네이버shop')).toBe(false);
  expect(mixesScripts('яндекс')).toBe(false);
});

test('one edit is an insertion, a deletion, a replacement or a swap', () => {
  expect(oneEditApart('naver', 'naveer')).toBe(true);
  expect(oneEditApart('naver', 'navr')).toBe(true);
  expect(oneEditApart('naver', 'nazer')).toBe(true);
  expect(oneEditApart('naver', 'nvaer')).toBe(true);
  expect(oneEditApart('naver', 'naver')).toBe(false);
  expect(oneEditApart('naver', 'nevar')).toBe(false);
});

test('a random name is told from words', () => {
  expect(['x7f3k9q2m4', 'bcdfghjklmn', 'qwrtpsdfgh'].every(looksRandom)).toBe(true);
  expect(['programmers', 'koreabaseball', 'signal2022', 'wikipedia', 'hdfcbank'].some(looksRandom)).toBe(
    false,
  );
});

test('reasons for the longest URLs are found quickly', () => {
  const urls = ['a-', 'a.', 'naver', 'login-', '%25', 'https://'].map((piece) =>
    canonicalize(`http://${piece.repeat(2048)}`.slice(0, 2040)),
  );
  const start = performance.now();
  for (const url of urls) if (url) findReasons(url);
  expect(performance.now() - start).toBeLessThan(500);
});
