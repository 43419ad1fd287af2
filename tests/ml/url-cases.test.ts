import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalize } from '../../ml/url/canonical.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { collectAllEvidence, estimateRisks, judgeByRisks, type Verdict } from '../../ml/url/judge.ts';

/** Everyday links, for each of which even a caution would be wrong. */
const SAFE = [
  'https://g.page/r/CabcdefghijklmM/review',
  'https://spotify.link/a1B2c3D4e5f',
  'https://amzn.eu/d/0abCdEf',
  'https://mapo-bakery.square.site/',
  'https://studiokim.webflow.io/',
  'https://www.xiaohongshu.com/explore/65a1b2c3000000001f00d4e5',
  'https://s.click.aliexpress.com/e/_DAb12cD',
  'www.한국족보박물관.한국',
  'https://감자.com',
  'https://초록카페.한국/',
  'https://푸른서점.한국/',
  'https://제주감귤농장.한국/',
  'https://우리동네빵집.com/',
  'http://www.msftconnecttest.com/redirect',
  'https://line6.com/',
  'https://google.com.br/',
];

/** URLs that the model and the rules judge together: never dangerous, at least caution, or dangerous. */
const NEVER_DANGEROUS = [
  'https://lgthinq.page.link/ab12',
  'https://kakaomap.page.link/ab12',
  'https://g.page/r/CabcdefghijklmM/review',
  'https://canva.app.link/a1B2c3D4e5',
  'https://spotify.link/a1B2c3D4e5f',
  'https://1drv.ms/b/s!AbCdEfGh12345678xy',
  'https://mapobakery.shop/',
  'https://hongdaecafe.shop/',
  'https://mapo-bakery.square.site/',
  'https://studiokim.webflow.io/',
  'https://www.xiaohongshu.com/explore/65a1b2c3000000001f00d4e5',
  'https://s.click.aliexpress.com/e/_DAb12cD',
  'www.한국족보박물관.한국',
  'https://감자.com',
  'https://초록카페.한국/',
  'https://푸른서점.한국/',
  'https://example-shop.com.ng/wp-admin',
  'http://www.msftconnecttest.com/redirect',
  'https://l.instagram.com/?u=https%3A%2F%2Fexample-cafe.kr&e=AT2a',
  'https://shadcn-login-auth.vercel.app/',
];
const AT_LEAST_CAUTION = [
  'https://bsk.googlekis.com/',
  'https://mms.googlesmsmb.com/',
  'https://googleplayny.com/',
  'https://googleplayni.com/',
  'https://ilogenko.com/',
  'https://ilogenst.com/',
  'https://hanjin3.com/',
  'https://nidnaver.net/',
  'https://usernaver.com/',
  'https://navermail.info/',
  'https://kakaotalk.in/',
  'https://ka-kao.org/',
  'https://gov.cs3a.me/',
  'https://gov.ea5d.run/',
  'https://on01.ys6d.media/',
  'https://yoir.gc7d.wtf/',
  'https://uniswap.org.in/',
  'https://bitget.style/',
  'https://naver.com.ec/',
  'https://efinesmi.com/',
  'https://toss2.net/',
  'https://microsoft.com.se/',
  'https://google.com.de/',
  'https://shadcn-login-auth.vercel.app/',
  'https://deutsche-bank.live.itonicsit.de/',
  'http://[::ffff:203.0.113.9]/',
  'http://attacker.example\\@google.com',
  'http://expyuzz4wqqyqhjn.onion/',
];
const DANGEROUS = [
  'https://efinego.com/',
  'https://efinesmski.com/',
  'https://hometaxkskb.net/',
  'https://solscan.io-explorer.at/',
  'https://explorebybit.com/en/how-to-get-started-with-seed-phrase',
  'https:///secure-naver-login.tk/a',
  '//secure-naver-login.tk/a',
  'ht\ttp://secure-naver-login.tk/a',
  'ｈｔｔｐ：／／secure-naver-login.tk/a',
  `http://secure-naver-login.tk/a?${'x=1&'.repeat(700)}`,
];
const CODE_HOSTS = [
  'qrco.de',
  'l.ead.me',
  'me-qr.com',
  'tinyurl.com',
  'buly.kr',
  'lnkd.in',
  'me2.kr',
  'c11.kr',
];

let classifier: UrlClassifier;

beforeAll(async () => {
  classifier = await startClassifier({ modelDir: new URL('../../ml/url/model', import.meta.url).pathname });
});

afterAll(async () => {
  await classifier.close();
});

async function judge(inputs: readonly string[]): Promise<Verdict[]> {
  const urls = inputs.map((input) => canonicalize(input)!);
  const risks = await estimateRisks(urls, classifier);
  return urls.map((url, i) => judgeByRisks(collectAllEvidence(url), risks[i]!, classifier.info.thresholds)!);
}

async function listWithout(inputs: readonly string[], levels: readonly string[]): Promise<string[]> {
  const verdicts = await judge(inputs);
  return inputs.filter((_, i) => !levels.includes(verdicts[i]!.risk_level));
}

test('sites and links of ordinary use are not dangerous', async () => {
  expect(await listWithout(NEVER_DANGEROUS, ['low', 'caution'])).toEqual([]);
});

test('sites and links of every day are safe', async () => {
  expect(await listWithout(SAFE, ['low'])).toEqual([]);
});

test('names and labels that pretend are at least a caution', async () => {
  expect(await listWithout(AT_LEAST_CAUTION, ['caution', 'high'])).toEqual([]);
});

test('the clearest are dangerous, however they are spelled', async () => {
  expect(await listWithout(DANGEROUS, ['high'])).toEqual([]);
});

test('the verdict on a code does not depend on its letters', async () => {
  for (const host of CODE_HOSTS) {
    const verdicts = await judge(
      ['Ab12c', 'zZ9qXy7', '4xbnm2k', 'Q'].map((code) => `https://${host}/${code}`),
    );
    expect([host, ...new Set(verdicts.map(({ risk_level }) => risk_level))]).toEqual([host, 'caution']);
  }
});

test('a rule explains what it can: the model is not the only reason where a brand or an authority is named', async () => {
  const explained = AT_LEAST_CAUTION.filter((url) =>
    /google|naver|kakao|ilogen|hanjin|efine|gov\.|bitget/.test(url),
  );
  const verdicts = await judge(explained);
  const unexplained = explained.filter((_, i) =>
    verdicts[i]!.reasons.every(({ code }) => code === 'whole_address'),
  );
  expect(unexplained).toEqual([]);
});

test('of everyday links at most one in a hundred is a caution', async () => {
  const lines = ['everyday-urls.txt', 'everyday-world.txt'].flatMap((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8').split('\n'),
  );
  const urls = lines.filter((line) => line !== '' && !line.startsWith('#') && canonicalize(line) !== null);
  const raised = await listWithout(urls, ['low']);
  expect(raised.length / urls.length, raised.join('\n')).toBeLessThanOrEqual(0.01);
});
