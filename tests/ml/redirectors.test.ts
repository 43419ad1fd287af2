import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import { collectEvidence, judgeAddress, judgeWithTargets, type ScoredUrl } from '../../ml/url/judge.ts';
import { reasonText } from '../../ml/url/reason-texts.ts';
import { findRedirector, listTargets } from '../../ml/url/redirectors.ts';
import { toRedirectorDetails } from '../../ml/url/redirectors-verdict.ts';

const AT = { caution: 0.2, dangerous: 0.5 };

function read(url: string) {
  const canonical = canonicalize(url);
  if (canonical === null) throw new Error(`${url} is no URL`);
  return canonical;
}

/** The verdict when the model gives the link `risk` and its targets `target_risk`. */
function verdictOn(url: string, risk = 0.99, target_risk = 0.01) {
  const link = read(url);
  const toHop = (one: typeof link, score: number): ScoredUrl => ({
    evidence: collectEvidence(one),
    score: { risk: score },
  });
  return judgeWithTargets(
    [toHop(link, risk), ...listTargets(link).map((one) => toHop(one, target_risk))],
    AT,
  );
}

const codes = (url: string, risk?: number, target_risk?: number) =>
  verdictOn(url, risk, target_risk).reasons.map(({ code }) => code);

/** Hosts of the list, from the file itself. */
const list: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../ml/url/redirectors.json', import.meta.url), 'utf8'),
);
const hosts = ['open', 'operator', 'user_content'].flatMap((scope) =>
  Object.values(list[scope] ?? {}).flatMap((entries) => entries.split(' ')),
);

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789';
const toCode = (seed: number) =>
  Array.from(
    { length: 4 + (seed % 9) },
    (_, i) => LETTERS[(seed * 31 + i * i * 17 + seed * i) % LETTERS.length],
  ).join('');

test('all codes of a host get one verdict, whatever the model says of each', () => {
  expect(hosts.length).toBeGreaterThan(1800);
  for (const host of hosts) {
    const verdicts = Array.from({ length: 50 }, (_, i) => {
      const { risk_score, risk_level, reasons } = verdictOn(`https://${host}/${toCode(i)}`, i / 50);
      return JSON.stringify({ risk_score, risk_level, reasons });
    });
    expect([host, new Set(verdicts).size]).toEqual([host, 1]);
    expect(verdicts[0]).not.toContain('"high"');
  }
});

test.each([
  'https://qrco.de/bdXy1',
  'https://l.ead.me/bcAb1',
  'https://me-qr.com/AbCd123',
  'https://tinyurl.com/a1b2c3d4',
  'https://lgthinq.page.link/ab12',
  'https://kakaomap.page.link/ab12',
  'https://buly.kr/AbC1234',
  'https://lnkd.in/gAbC1234',
  'https://canva.app.link/AbCdEfGhIj',
  'https://me2.kr/ab12C',
  'https://c11.kr/ab12c',
  'http://www.bit.ly/x',
  'https://never-seen.onelink.me/abcd/efgh',
])('%s only leads on: caution, and the reason says so', (url) => {
  const verdict = verdictOn(url);
  expect(verdict).toMatchObject({ analysis_result: 'safe', risk_level: 'caution', risk_score: 0.35 });
  expect(verdict.reasons[0]?.code).toBe('hides_destination');
});

test.each([
  'https://youtu.be/dQw4w9WgXcQ',
  'https://maps.app.goo.gl/AbCdEfGhIjKl',
  'https://goo.gl/maps/AbCdEfGh',
  'https://link.coupang.com/a/bcDef',
  'https://naver.me/GxYz12ab',
  'https://kko.to/abcDEF123',
  'https://apple.co/3abc',
  'https://amzn.to/3abcdef',
  'https://g.page/r/CabcdefgM/review',
  'https://spotify.link/AbCdEfGhIjK',
  'https://s.click.aliexpress.com/e/_DAb12cD',
  'https://toss.im/_m/AbCd12',
])('%s leads only to pages of its operator: safe, and the reason says so', (url) => {
  const { risk_level, reasons } = verdictOn(url);
  expect([risk_level, reasons[0]?.code]).toEqual(['low', 'leads_within']);
});

test.each([
  'https://forms.gle/AbCdEfGhIjKlMnOp7',
  'https://1drv.ms/b/s!AbCdEfGhIjKlMnOpQr',
  'https://open.kakao.com/o/gAbCdEf',
  'https://t.me/somebody',
  'https://wa.me/821012345678',
  'https://discord.gg/abcdef',
  'https://qr.kakaopay.com/Ej8abcdef',
  'https://lin.ee/AbCdEf',
  'https://pf.kakao.com/_abcde',
  'https://paypal.me/somebody',
])('%s leads to what users made: safe, and the reason says so', (url) => {
  const { risk_level, reasons } = verdictOn(url);
  expect([risk_level, reasons[0]?.code]).toEqual(['low', 'leads_to_user_content']);
});

const TRAP = 'secure-naver-login.tk';
const inBase64 = Buffer.from(`http://${TRAP}/a`).toString('base64url');

test.each([
  `https://www.youtube.com/redirect?q=http%3A%2F%2F${TRAP}%2Fa&v=x`,
  `https://www.google.com/url?sa=t&q=http://${TRAP}/a`,
  `https://google.co.kr/url?url=${TRAP}/a`,
  `https://l.instagram.com/?u=https%3A%2F%2F${TRAP}&e=AT2a`,
  `https://l.instagram.com/?u=${inBase64}&e=AT2a`,
  `https://l.facebook.com/l.php?u=http%3A%2F%2F${TRAP}%2Fa&h=1`,
  `https://link.naver.com/bridge?url=http%3A%2F%2F${TRAP}&dst=x`,
  `https://nid.naver.com/nidlogin.login?url=http%3A%2F%2F${TRAP}`,
  `https://www.bing.com/ck/a?!&&p=1&u=a1${inBase64}&ntb=1`,
  `https://urldefense.com/v3/__http://${TRAP}/a__;!!x`,
  `https://urldefense.proofpoint.com/v2/url?u=http-3A__${TRAP.replaceAll('-', '-2D')}_a&d=x`,
  `https://web.archive.org/web/2020/http://${TRAP}/a`,
  'https://secure--naver--login-tk.translate.goog/a?_x_tr_sl=auto',
  `https://href.li/?http://${TRAP}/a`,
  `https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2F${TRAP}%2Fa&data=1`,
  `https://www.google.com/amp/s/${TRAP}/a`,
  `https://r.search.yahoo.com/_ylt=x/RU=http%3a%2f%2f${TRAP}%2fa/RK=2/RS=x`,
  `https://shop.page.link/?link=http%3A%2F%2F${TRAP}&apn=x`,
  `https://shop.app.link/x?$desktop_url=http%3A%2F%2F${TRAP}`,
  `https://abr.ge/x?fallback_url=http%3A%2F%2F${TRAP}`,
])('the target in %s is judged, and the worse of the two counts', (url) => {
  expect(listTargets(read(url)).map(({ host }) => host)).toEqual([TRAP]);
  const bad = verdictOn(url, 0.01, 0.97);
  expect(bad).toMatchObject({ analysis_result: 'dangerous', risk_score: 0.97 });
  expect(bad.reasons[0]).toMatchObject({ code: 'leads_to', part: TRAP });
  expect(reasonText(bad.reasons[0]!, 'en')).toContain(TRAP);
});

test('a harmless target makes a page that leads on harmless, but not a host of codes', () => {
  const target = 'https%3A%2F%2Fexample-cafe.kr';
  expect(verdictOn(`https://l.instagram.com/?u=${target}`, 0.44).risk_level).toBe('low');
  expect(verdictOn(`https://shop.page.link/?link=${target}`, 0.9).risk_level).toBe('caution');
});

test('a chain of links that lead on is judged as a whole, and ends', () => {
  const chain = `https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttp%253A%252F%252F${TRAP}`;
  expect(listTargets(read(chain)).map(({ host }) => host)).toEqual(['l.facebook.com', TRAP]);
  expect(verdictOn(chain, 0.01, 0.97).analysis_result).toBe('dangerous');
  expect(
    listTargets(read(`https://www.google.com/url?q=${'https://www.google.com/url?q='.repeat(40)}x.tk`))
      .length,
  ).toBeLessThanOrEqual(8);
  expect(codes('https://www.google.com/url?q=https%3A%2F%2Fbit.ly%2Fabc')).toEqual([
    'leads_to',
    'hides_destination',
  ]);
});

test.each([
  'https://bit.ly/',
  'https://www.google.com/search?q=http://a.com',
  'https://nid.naver.com/nidlogin.login',
  'https://www.youtube.com/watch?v=1',
  'https://toss.im/career',
  'https://notbit.ly/abc',
  'https://bit.ly.evil.com/abc',
  'https://medium.com/@a/b',
  'https://page.link.evil.tk/x',
  'https://192.168.0.1/x',
])('%s is judged as any address', (url) => {
  expect(findRedirector(read(url))).toBeNull();
});

test('a coded target leads on to nobody knows where', () => {
  expect(codes('https://ader.naver.com/v1/AbC?c=x')).toEqual(['hides_destination']);
  expect(codes('https://u1.ct.sendgrid.net/ls/click?upn=abc')).toEqual(['hides_destination']);
});

test('a target that cannot be read is one too, a path of the same site is none', () => {
  expect(codes('https://www.bing.com/ck/a?u=Zm9vYmFyYmF6&p=1')).toEqual(['hides_destination']);
  expect(codes('https://l.facebook.com/l.php?u=AbCdEfGhIjKl')).toEqual(['hides_destination']);
  expect(findRedirector(read('https://github.com/login?return_to=%2Fkim%2Frepository'))).toBeNull();
});

test('tricks in the spelling still count', () => {
  expect(verdictOn('https://naver.com@youtu.be/abc')).toMatchObject({ risk_level: 'caution' });
  expect(codes('https://naver.com@youtu.be/abc')).toContain('userinfo');
});

test('a target that nobody judges leaves caution', () => {
  const evidence = collectEvidence(read(`https://www.google.com/url?q=http://${TRAP}/`));
  expect(judgeAddress(evidence, { risk: 0 }, AT)).toMatchObject({ risk_level: 'caution' });
});

test('the details name host, operator and target', () => {
  expect(toRedirectorDetails(read('https://bit.ly/abc'))).toEqual({ host: 'bit.ly', operator: 'Bitly' });
  expect(toRedirectorDetails(read('https://l.facebook.com/l.php?u=http%3A%2F%2Fa.com'))).toEqual({
    host: 'l.facebook.com',
    operator: 'Facebook',
    target: 'http://a.com/',
  });
  expect(toRedirectorDetails(read('https://naver.com/'))).toBeNull();
});

test('every reason reads in Korean and English and names its part', () => {
  for (const url of [
    'https://bit.ly/a',
    'https://youtu.be/a',
    'https://t.me/a',
    'https://l.instagram.com/?u=http://a.com',
  ]) {
    for (const reason of verdictOn(url).reasons) {
      for (const language of ['ko', 'en'] as const)
        expect(reasonText(reason, language)).toContain(reason.part);
    }
  }
});
