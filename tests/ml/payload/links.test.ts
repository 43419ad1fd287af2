import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PAYLOAD_LENGTH, parsePayload } from '../../../ml/payload/parse.ts';

const TRAP = 'http://secure-naver-login.tk/a';
const listHosts = (text: string) => parsePayload(text).links.map(({ canonical }) => canonical.host);

test.each([
  ['https://www.naver.com/', 'url', ['www.naver.com']],
  ['naver.com', 'url', ['naver.com']],
  ['NAVER.COM:8080/x', 'url', ['naver.com']],
  [' http://secure-naver-login.tk', 'url', ['secure-naver-login.tk']],
  ['http://secure-naver-login.tk/a\0', 'url', ['secure-naver-login.tk']],
  ['ht\ttp://secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['//secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['https:///secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['hxxp://secure-naver-login[.]tk/a', 'url', ['secure-naver-login.tk']],
  ['ｈｔｔｐ：／／secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['http%3A%2F%2Fsecure-naver-login.tk', 'url', ['secure-naver-login.tk']],
  ['(http://secure-naver-login.tk/a)', 'url', ['secure-naver-login.tk']],
  ['www.한국족보박물관.한국', 'url', ['www.xn--zb0b2hu97a1ya35afy4bmkv.xn--3e0b707e']],
  ['URL:http://secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['url:secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['URLTO:http://secure-naver-login.tk/a', 'url', ['secure-naver-login.tk']],
  ['MEBKM:TITLE:네이버;URL:http\\://secure-naver-login.tk/a;;', 'url', ['secure-naver-login.tk']],
  [
    'mebkm:URL:secure-naver-login.tk;TITLE:https\\://naver.com;;',
    'url',
    ['secure-naver-login.tk', 'naver.com'],
  ],
  ['http://192.168.0.1/', 'url', ['192.168.0.1']],
  ['localhost:3000/x', 'url', ['localhost']],
  ['이벤트 당첨! http://secure-naver-login.tk/a', 'text', ['secure-naver-login.tk']],
  ['[네이버](http://secure-naver-login.tk/a)', 'text', ['secure-naver-login.tk']],
  ['<a href="http://secure-naver-login.tk/a">x</a>', 'text', ['secure-naver-login.tk']],
  ['https://toss.im를 확인하세요', 'text', ['toss.im']],
  ['http://secure-naver-login.tk에서', 'text', ['secure-naver-login.tk']],
  [
    'https://www.naver.com/\nhttp://secure-naver-login.tk/a',
    'text',
    ['www.naver.com', 'secure-naver-login.tk'],
  ],
  [
    'https://m.kbcard.com/notice\nhttp://secure-naver-login.tk/a',
    'text',
    ['m.kbcard.com', 'secure-naver-login.tk'],
  ],
  ['http://naver.com @secure-naver-login.tk', 'text', ['naver.com', 'secure-naver-login.tk']],
  ['report.final.docx', 'text', []],
  ['안녕하세요', 'text', []],
  ['Note: buy milk', 'text', []],
  ['SN:123-456', 'text', []],
  ['010-1234-5678', 'text', []],
  ['8801234567890', 'text', []],
  ['', 'text', []],
])('%j is %s with the links %j', (text, kind, hosts) => {
  const payload = parsePayload(text);
  expect([payload.kind, listHosts(text)]).toEqual([kind, hosts]);
  expect(payload.reasons).toEqual([]);
});

test.each([
  'foo:bar',
  'ssh://kim@example.com',
  'bluetooth://pair',
  'chrome://settings',
  'ed2k://|file|a|1|',
  'git://example.com/a.git',
  'custom+x://y',
  'about:blank',
  'data:image/png;base64,iVBORw0KGgo=',
  'evilapp://open?x=1',
  'rtsp://10.0.0.1/stream',
  'shc:/5676295953265460346',
  'hcert:HC1:NCFOXN',
])('%s is of an unknown scheme, named', (text) => {
  const { kind, fields, reasons } = parsePayload(text);
  const scheme = text.slice(0, text.indexOf(':'));
  expect([kind, fields]).toEqual(['other', { scheme }]);
  expect(reasons).toEqual([{ code: 'unknown_scheme', part: scheme, level: 'caution' }]);
});

test('an address behind URL: is read as what it is', () => {
  expect(parsePayload('URL:javascript:alert(1)').kind).toBe('script');
  expect(parsePayload('URLTO:tel:060-700-1234')).toMatchObject({
    kind: 'tel',
    reasons: [{ code: 'premium_number' }],
  });
  expect(parsePayload('URL:URL:URL:http://a.com').kind).toBe('text');
});

/** Places in payloads of all kinds where a link can stand. */
const PLACES: ((link: string) => string)[] = [
  (link) => link,
  (link) => `문자 ${link} 확인`,
  (link) => `URL:${link}`,
  (link) => `MEBKM:TITLE:x;URL:${link.replaceAll(':', '\\:')};;`,
  (link) => `WIFI:T:WPA;S:cafe;P:x;;\n${link}`,
  (link) => `WIFI:T:WPA;S:${link.replaceAll(':', '\\:')};P:x;;`,
  (link) => `tel:112\n${link}`,
  (link) => `SMSTO:01012345678:${link}`,
  (link) => `sms:01012345678?body=${encodeURIComponent(link)}`,
  (link) => `sms:01012345678&body=${encodeURIComponent(link)}`,
  (link) => `mailto:a@b.kr?subject=${encodeURIComponent(link)}`,
  (link) => `MATMSG:TO:a@b.kr;SUB:x;BODY:${link.replaceAll(':', '\\:')};;`,
  (link) => `SMTP:a@b.kr:제목:${link}`,
  (link) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:홍\r\nNOTE:보기 ${link.replaceAll(',', '\\,')}\r\nEND:VCARD`,
  (link) => `BEGIN:VCARD\nVERSION:2.1\nN:홍\nitem1.URL;TYPE=work:${link}\nEND:VCARD`,
  (link) => `BEGIN:VCARD\nVERSION:3.0\nN:홍\nURL:${link.slice(0, 12)}\n ${link.slice(12)}\nEND:VCARD`,
  (link) => `MECARD:N:홍;NOTE:${link.replaceAll(':', '\\:')};;`,
  (link) => `BEGIN:VEVENT\nSUMMARY:x\nLOCATION:${link}\nEND:VEVENT`,
  (link) => `BEGIN:VCALENDAR\nBEGIN:VEVENT\nDESCRIPTION:a\\n${link}\nEND:VEVENT\nEND:VCALENDAR`,
  (link) => `geo:37.5,127?q=${encodeURIComponent(link)}`,
  (link) => `otpauth://totp/x?secret=AAAA&issuer=x&image=${encodeURIComponent(link)}`,
  (link) => `intent://x#Intent;scheme=foo;S.browser_fallback_url=${encodeURIComponent(link)};end`,
  (link) => `intent://x#Intent;scheme=foo;S.url=${encodeURIComponent(link)};end`,
  (link) => `intent:${link}#Intent;package=a.b;end`,
  (link) => `kakaotalk://inappbrowser?url=${encodeURIComponent(link)}`,
  (link) => `naversearchapp://inappbrowser?url=${Buffer.from(link).toString('base64url')}`,
  (link) => `view-source:${link}`,
  (link) => `microsoft-edge:${link}`,
  (link) => `googlechrome://navigate?url=${link}`,
  (link) => `itms-services://?action=download-manifest&url=${encodeURIComponent(link)}`,
  (link) => `market://details?id=a&url=${encodeURIComponent(link)}`,
  (link) => `upi://pay?pa=a@b&url=${encodeURIComponent(link)}`,
  (link) => `bitcoin:1BvB?r=${encodeURIComponent(link)}`,
  (link) => `solana:${encodeURIComponent(link)}`,
  (link) => `javascript:location='${link}'`,
  (link) =>
    `data:text/html;base64,${Buffer.from(`<meta http-equiv=refresh content="0;url=${link}">`).toString('base64')}`,
  (link) => `data:text/html,${encodeURIComponent(`<a href="${link}">x</a>`)}`,
  (link) => `ms-word:ofe|u|${link}`,
  (link) => `search-ms:query=x&crumb=location:${link}`,
  (link) => `googlechromes://${link.replace(/^https?:\/\//i, '')}`,
  (link) => `webcal://${link.replace(/^https?:\/\//i, '')}`,
  (link) => `x-safari-https://${link.replace(/^https?:\/\//i, '')}`,
  (link) => `android-app://com.android.chrome/${link.replace('://', '/').toLowerCase()}`,
  (link) => `whatsapp://send?text=${encodeURIComponent(link)}`,
  (link) => `steam://openurl/${link}`,
  (link) => `unknown://x/${link}`,
];

test.each(PLACES.map((place) => [place(TRAP)]))('the link in %j is to be judged', (text) => {
  expect(listHosts(text)).toContain('secure-naver-login.tk');
});

test('whatever stands around it, a link in a payload is to be judged, and nothing throws', () => {
  const link = fc.constantFrom(
    'http://secure-naver-login.tk/a',
    'https://secure-naver-login.tk',
    'HTTPS://SECURE-NAVER-LOGIN.TK/x?y=1',
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...PLACES),
      link,
      fc.string({ unit: 'binary', maxLength: 20 }),
      (place, url, noise) => {
        expect(listHosts(`${place(url)}\n${noise}`)).toContain('secure-naver-login.tk');
      },
    ),
    { numRuns: 1500 },
  );
});

test('any text is a payload, whatever its scheme', () => {
  const schemes = PLACES.map((place) => place('').slice(0, 14));
  fc.assert(
    fc.property(
      fc.constantFrom(...schemes, '000201', 'BCD\n', 'LNURL1', '\\\\'),
      fc.string({ unit: 'binary' }),
      (scheme, rest) => {
        const payload = parsePayload(scheme + rest);
        expect(payload.links.every(({ canonical }) => canonical.href !== '')).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

test('huge payloads of every kind are read at once', () => {
  const began = process.cpuUsage().user;
  for (const place of PLACES) {
    for (const noise of ['a', ';', ':', '\\', '%', '=\n', '\n ', ',', 'http://a.tk/ ']) {
      parsePayload(`${place('')}${noise.repeat(MAX_PAYLOAD_LENGTH)}`);
    }
  }
  const each = (process.cpuUsage().user - began) / 1000 / (PLACES.length * 9);
  expect(each).toBeLessThan(100);
});
