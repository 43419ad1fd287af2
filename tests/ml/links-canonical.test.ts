import { expect, test } from 'vitest';
import { canonicalize, MAX_URL_LENGTH } from '../../ml/url/canonical.ts';
import { collectEvidence, judgeAddress } from '../../ml/url/judge.ts';
import { reasonText } from '../../ml/url/reason-texts.ts';

const AT = { caution: 0.2, dangerous: 0.5 };

function verdictOn(url: string, risk = 0.01) {
  const canonical = canonicalize(url);
  if (canonical === null) throw new Error(`${url} is no URL`);
  return judgeAddress(collectEvidence(canonical), { risk }, AT);
}

test.each([
  'https:///secure-naver-login.tk/a',
  'https:////secure-naver-login.tk/a',
  'https:/secure-naver-login.tk/a',
  'https:secure-naver-login.tk/a',
  'https:\\\\secure-naver-login.tk\\a',
  'https:\\/\\secure-naver-login.tk/a',
  'ht\ttps://secure-naver-login.tk/a',
  'https://secure-naver-\r\nlogin.tk/a',
  'ｈｔｔｐｓ://secure-naver-login.tk/a',
  'ｈｔｔｐｓ：／／ｓｅｃｕｒｅ－ｎａｖｅｒ－ｌｏｇｉｎ．ｔｋ/a',
  'https://secure-naver-login.tk／a',
  'https://ⓢecure-naver-login。tk/a',
  'https://secure-naver-login.tk/a\0\0',
  '\u200b\ufeffhttps://secure-naver-login.tk/a\u200e',
  '\u0001 https://secure-naver-login.tk/a\u0085',
  'https://secure\u00ad-naver-login.tk/a',
  'https://secure-naver-login.tk:443/a',
  'https://secure-naver-login.tk./a',
  'https://%73ecure-naver-login%2Etk/a',
  'HTTPS://SECURE-NAVER-LOGIN.TK/a',
])('%j is what browsers open', (input) => {
  expect(canonicalize(input)?.href).toBe('https://secure-naver-login.tk/a');
});

test.each([
  ['http://①②⑦.0.0.1/', 'http://127.0.0.1/'],
  ['http://0x7f.1', 'http://127.0.0.1/'],
  ['http://2130706433', 'http://127.0.0.1/'],
  ['http://0177.0.0.01', 'http://127.0.0.1/'],
  ['http://[0:0:0:0:0:ffff:7f00:1]/', 'http://127.0.0.1/'],
  ['///naver.com/x', 'http://naver.com/x'],
  ['\\\\naver.com\\x', 'http://naver.com/x'],
  ['naver.com／x', 'http://naver.com/x'],
  ['naver.com/ｘ', 'http://naver.com/%EF%BD%98'],
  ['http://naver.com?q', 'http://naver.com/?q'],
])('%s is %s', (input, href) => {
  expect(canonicalize(input)?.href).toBe(href);
});

test.each([
  'http:///blah',
  'https:////',
  'http:///?x',
  '///',
  '/naver.com/x',
  'http://%00',
  '\0',
  '\u200b',
  'http://\u200b',
])('%j is no URL that can be scanned', (input) => {
  expect(canonicalize(input)?.registrable_domain ?? null).toBeNull();
});

const LONG: [string, string][] = [
  ['http://secure-naver-login.tk/a?', 'x=1&'],
  ['http://secure-naver-login.tk/', 'a/'],
  ['http://secure-naver-login.tk/', '%EA%B0%80'],
  ['http://secure-naver-login.tk/', '가'],
  ['http://secure-naver-login.tk/', '%25'],
  ['http://secure-naver-login.tk/', '../'],
  ['http://secure-naver-login.tk/?', '?'],
  ['http://secure-naver-login.tk/#', 'x'],
  ['secure-naver-login.tk/', 'x'],
  ['http://secure-naver-login.tk:8080/', '\\'],
];

test.each(LONG)('%s and ten thousand times %s is judged by the host and what fits', (start, piece) => {
  for (const count of [MAX_URL_LENGTH, 10_000]) {
    const input = `${start}${piece.repeat(Math.ceil(count / piece.length))}`;
    const url = canonicalize(input);
    expect(url).toMatchObject({ host: 'secure-naver-login.tk', full_length: input.length });
    expect(url?.href.length).toBeLessThanOrEqual(MAX_URL_LENGTH);
    expect(canonicalize(url?.href ?? '')?.href).toBe(url?.href);
    const reason = verdictOn(input).reasons.find(({ code }) => code === 'too_long');
    expect(reason && reasonText(reason, 'en')).toContain(`${input.length}`);
  }
});

test('a host behind a long name in front of @ is the one that is judged', () => {
  const url = canonicalize(`http://naver.com${'a'.repeat(5000)}@secure-naver-login.tk/x`);
  expect(url).toMatchObject({ host: 'secure-naver-login.tk', path: '/x' });
});

test('a URL of 2,048 characters is read whole', () => {
  const input = `http://naver.com/${'a'.repeat(MAX_URL_LENGTH - 17)}`;
  expect(canonicalize(input)).toMatchObject({ href: input });
  expect(canonicalize(input)?.full_length).toBeUndefined();
});

test.each([
  ['http://[::ffff:203.0.113.9]/', 'disguised_ip'],
  ['http://[::ffff:cb00:7109]/', 'disguised_ip'],
  ['http://[64:ff9b::203.0.113.9]/', 'disguised_ip'],
  ['http://0xcb007109/', 'disguised_ip'],
  ['http://3405803785/', 'disguised_ip'],
  ['http://attacker.example\\@google.com', 'backslash'],
  ['https:\\\\attacker.com\\@naver.com/x', 'backslash'],
  ['http://attacker.com\\x@naver.com', 'backslash'],
  ['attacker.com\\@naver.com', 'backslash'],
  ['http://attacker.com:80\\@www.kbstar.com/login', 'backslash'],
  ['http://expyuzz4wqqyqhjn.onion/', 'special_network'],
  ['http://site.i2p/', 'special_network'],
  ['http://vitalik.eth/', 'special_network'],
  ['http://naver.com.evil.onion/', 'special_network'],
])('the trick of %s is told, at least as a caution', (url, code) => {
  const { risk_level, reasons } = verdictOn(url);
  expect(reasons.map((reason) => reason.code)).toContain(code);
  expect(risk_level).not.toBe('low');
});

test.each([
  'http://203.0.113.9/',
  'http://[2001:db8::1]/',
  'http://naver.com/a\\b',
  'http://naver.com/a@b',
  'https:\\\\naver.com\\a',
  'http://onion.com/',
])('%s has no trick', (url) => {
  const tricks = new Set(['disguised_ip', 'backslash', 'special_network']);
  expect(verdictOn(url).reasons.filter(({ code }) => tricks.has(code))).toEqual([]);
});
