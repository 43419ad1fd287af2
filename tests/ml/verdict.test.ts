import { expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import {
  collectEvidence,
  judgeAddress,
  MIN_REASON_WEIGHT_WHEN_LOW,
  type Verdict,
} from '../../ml/url/judge.ts';
import { reasonText } from '../../ml/url/reasons.ts';

const THRESHOLDS = { dangerous: 0.5, caution: 0.2 };

function verdict(url: string, risk: number): Verdict {
  const canonical = canonicalize(url);
  if (canonical === null) throw new Error(`not a URL: ${url}`);
  return judgeAddress(collectEvidence(canonical), { risk }, THRESHOLDS);
}

test('an ordinary URL of low risk is safe and has no reasons', () => {
  expect(verdict('https://example.com', 0.013)).toEqual({
    verdict: 'safe',
    analysis_result: 'safe',
    risk_score: 0.013,
    risk_level: 'low',
    confidence: 0.987,
    reasons: [],
  });
});

test.each([
  [0, 'safe', 'low', 1],
  [0.199, 'safe', 'low', 0.801],
  [0.2, 'safe', 'caution', 0.8],
  [0.499, 'safe', 'caution', 0.501],
  [0.5, 'dangerous', 'high', 0.5],
  [1, 'dangerous', 'high', 1],
] as const)('the risk %d is %s, %s, with confidence %d', (risk, analysis_result, risk_level, confidence) => {
  const found = verdict('https://example.com/', risk);
  expect(found).toMatchObject({ analysis_result, risk_level, risk_score: risk });
  expect(found.confidence).toBeCloseTo(confidence, 12);
});

test('a dangerous URL always has a reason', () => {
  const { reasons } = verdict('https://example.com/', 0.97);
  expect(reasons.map(({ code }) => code)).toEqual(['whole_address']);
  expect(reasonText(reasons[0] ?? { code: '', part: '' }, 'ko')).toContain('알려진 피싱 주소와 비슷함');
});

test('a fact that explains nothing by itself follows the general reason', () => {
  const { reasons } = verdict('http://example.com/', 0.97);
  expect(reasons.map(({ code }) => code)).toEqual(['whole_address', 'plain_http']);
});

test('the example of the contract lists an unusual domain and plain HTTP', () => {
  for (const risk of [0.923, 0.3]) {
    const texts = verdict('http://phishing-site.xyz', risk).reasons.map((reason) => reasonText(reason, 'ko'));
    expect(texts).toEqual(expect.arrayContaining(['비정상적인 도메인', 'HTTP 프로토콜']));
  }
});

test('a low answer names only what matters by itself', () => {
  expect(verdict('http://a.b.c.d.example.com:4444/', 0.01).reasons).toEqual([]);
  const alone = verdict('https://login-page.weebly.com/', 0.01);
  expect(alone.risk_level).toBe('low');
  expect(alone.reasons.map(({ code }) => code)).toEqual(['free_hosting_login']);
  expect(alone.reasons.every(({ weight }) => weight >= MIN_REASON_WEIGHT_WHEN_LOW)).toBe(true);
});

test.each([
  'https://nid.naver.com/nidlogin.login',
  'https://accounts.google.com/v3/signin/identifier',
  'https://login.microsoftonline.com/common/oauth2/authorize',
  'https://obank.kbstar.com/quics?page=C055068',
  'https://www.hometax.go.kr/websquare/websquare.html',
])('the model alone never warns of a brand`s own page: %s', (url) => {
  expect(verdict(url, 0.99)).toMatchObject({
    analysis_result: 'safe',
    risk_level: 'low',
    rule: 'own_domain',
  });
  expect(verdict(url, 0.01).rule).toBeUndefined();
});

test('a brand`s page that leads on to another address may still be warned of', () => {
  expect(verdict('https://www.kakao.com/go?url=https://example.org/x', 0.99)).toMatchObject({
    risk_level: 'caution',
    rule: 'own_domain',
  });
});

test.each([
  'https://sites.google.com/view/abc',
  'https://kim.github.io/login',
  'https://blog.naver.com/a/1',
  'https://github.com/a/b/releases/download/v1/setup.exe',
])('where anyone may publish, the model decides: %s', (url) => {
  expect(verdict(url, 0.99)).toMatchObject({ analysis_result: 'dangerous', risk_score: 0.99 });
});

test.each([
  ['https://goog1e.com/', 'disguised_brand'],
  ['https://аррӏе.com/', 'disguised_brand'],
  ['https://www.paypal.com.example.org/', 'brand_domain_in_host'],
  ['https://secure-naver-login.com/', 'brand_with_bait'],
  ['https://rakuten-abc.top/', 'brand_on_risky_suffix'],
] as const)('%s is dangerous by the rule %s whatever the model says', (url, rule) => {
  expect(verdict(url, 0.01)).toMatchObject({ analysis_result: 'dangerous', risk_level: 'high', rule });
});

test.each([
  ['https://netfllix.com/', 'misspelt_brand'],
  ['https://naver.com@example.org/', 'trick_in_address'],
  ['https://example.com/invoice.pdf.exe', 'trick_in_address'],
  ['https://pаge.example.com/', 'trick_in_address'],
  ['http://3405803781/', 'trick_in_address'],
  ['https://netflix.example.com/', 'brand_in_subdomain'],
] as const)('%s is raised to caution by the rule %s, no further', (url, rule) => {
  expect(verdict(url, 0.01)).toMatchObject({ analysis_result: 'safe', risk_level: 'caution', rule });
});

test('a rule never lowers what the model finds more dangerous', () => {
  expect(verdict('https://goog1e.com/', 0.99)).toMatchObject({ risk_score: 0.99 });
  expect(verdict('https://goog1e.com/', 0.99).rule).toBeUndefined();
  expect(verdict('https://netfllix.com/', 0.49)).toMatchObject({ risk_score: 0.49 });
});

test('an address of the local network is at most a caution', () => {
  for (const url of ['http://192.168.0.1/login', 'localhost:3000', 'http://[::1]/']) {
    expect(verdict(url, 0.99)).toMatchObject({ risk_level: 'caution', rule: 'local_address' });
  }
});

test('the risk is dangerous exactly from the threshold up, with rules too', () => {
  const urls = ['https://goog1e.com/', 'https://naver.com/', 'http://10.0.0.1/', 'https://netfllix.com/'];
  for (const url of urls) {
    for (let risk = 0; risk <= 1; risk += 0.05) {
      const found = verdict(url, risk);
      expect(found.analysis_result === 'dangerous').toBe(found.risk_score >= THRESHOLDS.dangerous);
      expect(found.risk_level === 'low').toBe(found.risk_score < THRESHOLDS.caution);
      expect(found.confidence).toBeGreaterThanOrEqual(0.5);
    }
  }
});
