import { expect, test } from 'vitest';
import { BRANDS } from '../../ml/url/brands.ts';
import { canonicalize } from '../../ml/url/canonical.ts';
import { collectEvidence, judgeAddress } from '../../ml/url/judge.ts';
import { type ReasonCode, reasonText } from '../../ml/url/reasons.ts';

const THRESHOLDS = { dangerous: 0.5, caution: 0.2 };

/** The verdict of the rules, for a model that has no doubt. */
function judge(host: string, path = '/') {
  const url = canonicalize(`https://${host}${path}`);
  if (url === null) throw new Error(`${host} is not a URL`);
  return judgeAddress(collectEvidence(url), { risk: 0.01 }, THRESHOLDS);
}

const levels = (hosts: readonly string[]) => hosts.map((host) => [host, judge(host).risk_level]);
const all = (hosts: readonly string[], level: string) => hosts.map((host) => [host, level]);

const KOREAN = ['naver', 'kakao', 'kakaobank', 'ilogen', 'upbit', 'bithumb', 'coupang', 'efine', 'bokjiro'];

test.each([
  ['a few letters more', (name: string) => `${name}ny.com`],
  ['digits', (name: string) => `${name}7.com`],
  ['a bait word joined to it', (name: string) => `user${name}.com`],
  ['another bait word joined to it', (name: string) => `${name}event.net`],
  ['a suffix that it does not have', (name: string) => `${name}.co.in`],
  ['a country below its own domain', (name: string) => `${name}.com.ec`],
  ['a new suffix', (name: string) => `${name}.media`],
])('a brand`s name with %s is at least a caution, and the reason names the brand', (_, toHost) => {
  for (const name of KOREAN) {
    const brand = BRANDS.find(({ names }) => names.includes(name))!;
    const { risk_level, reasons } = judge(toHost(name));
    expect([toHost(name), risk_level]).not.toEqual([toHost(name), 'low']);
    expect(reasonText(reasons[0]!, 'en')).toContain(brand.name);
  }
});

test('a name cut in two by a hyphen is a caution', () => {
  const hosts = ['ka-kao.org', 'up-bit.com', 'bit-humb.net', 'cou-pang.org', 'meta-mask.org'];
  expect(levels(hosts)).toEqual(all(hosts, 'caution'));
});

test('a brand`s domain without its dots is dangerous', () => {
  const hosts = ['efinego.com', 'efinegokr.net', 'hometaxgo.com', 'navercom.net', 'metamaskio.org'];
  expect(levels(hosts)).toEqual(all(hosts, 'high'));
});

test('a domain in front of another is dangerous', () => {
  const hosts = [
    'solscan.io-explorer.at',
    'shop.net-orders.example',
    'mybank.com-login.me',
    'kdica.kr-refund.net',
    'www.orders.org-track.info',
  ].filter((host) => canonicalize(host) !== null);
  expect(hosts.length).toBeGreaterThan(3);
  expect(levels(hosts)).toEqual(all(hosts, 'high'));
});

test('a government`s label below a domain that anyone can register is a caution, and dangerous on a risky suffix', () => {
  const cautious = [
    'www.gov.example-desk.com',
    'gov.cs3a.me',
    'gov.ea5d.run',
    'police.go.ab1x.me',
    'agency.gob.portal4.net',
  ];
  const dangerous = ['minwon.gov.x8ka.top', 'gov.bilibil.xyz', 'hmrc.gov.refund.icu'];
  expect(levels(cautious)).toEqual(all(cautious, 'caution'));
  expect(levels(dangerous)).toEqual(all(dangerous, 'high'));
});

test('a brand`s name with a path about a seed phrase is dangerous', () => {
  for (const path of [
    '/en/how-to-get-started-with-seed-phrase',
    '/restore/recovery-phrase',
    '/import-private-key',
  ]) {
    for (const host of ['explorebybit.com', 'metamaskhelp.org', 'my-trustwallet.com', 'bitgetxy.com']) {
      expect([host, path, judge(host, path).risk_level]).toEqual([host, path, 'high']);
    }
  }
});

test.each([
  'https://www.gov.kr/portal/main',
  'https://www.gov.uk/tax',
  'https://service.nsw.gov.au/',
  'https://go.microsoft.com/fwlink',
  'https://go.bloomberg.com/m',
  'https://canvas.io/',
  'https://canvasbrewery.com/',
  'https://openair.com/',
  'https://docs.i3d.net/',
  'https://example.co-op.org/',
  'https://tv-radio.com/',
  'https://audit.kpmg.com/',
  'https://dailymail.co.uk/',
  'https://thepostgame.com/',
  'https://learn.bybit.com/seed-phrase-guide',
  'https://bitcoin.org/en/secure-your-wallet-seed-phrase',
])('%s is not raised', (href) => {
  const url = canonicalize(href)!;
  expect(judgeAddress(collectEvidence(url), { risk: 0.01 }, THRESHOLDS).risk_level).toBe('low');
});

test('no fact is given twice', () => {
  const twice: [ReasonCode, ReasonCode][] = [['unusual_domain', 'risky_suffix']];
  for (const host of ['mapobakery.shop', 'hongdae-cafe.top', 'gov24kr.top']) {
    const codes = judgeAddress(collectEvidence(canonicalize(host)!), { risk: 0.6 }, THRESHOLDS).reasons.map(
      ({ code }) => code,
    );
    for (const [a, b] of twice) expect([host, codes.includes(a) && codes.includes(b)]).toEqual([host, false]);
    expect(new Set(codes).size).toBe(codes.length);
  }
});
