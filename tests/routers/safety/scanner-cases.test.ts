import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

/** What codes hold that a scanner of bare URLs does not see, and spellings that hide a link. */
const BAD = 'http://secure-naver-login.tk/a';
const ENCODED = encodeURIComponent(BAD);

const LINKS: [text: string, kind: string, host?: string][] = [
  [`https://www.naver.com/\n${BAD}`, 'text'],
  [`https://m.kbcard.com/notice\n${BAD}`, 'text'],
  [`이벤트 당첨! ${BAD}`, 'text'],
  [`(${BAD})`, 'url'],
  [`<${BAD}>`, 'url'],
  [`[네이버](${BAD})`, 'text'],
  [`<a href="${BAD}">`, 'text'],
  ['http://secure-naver-login.tk에서', 'text'],
  [`URL:${BAD}`, 'url'],
  ['MEBKM:TITLE:네이버;URL:http\\://secure-naver-login.tk/a;;', 'url'],
  [`BEGIN:VCARD\nVERSION:3.0\nN:Kim\nURL:${BAD}\nEND:VCARD`, 'contact'],
  [`SMSTO:01012345678:인증 ${BAD}`, 'sms'],
  [`mailto:a@b.kr?body=${ENCODED}`, 'email'],
  [`BEGIN:VEVENT\nSUMMARY:회의\nDTSTART:20261201T090000Z\nURL:${BAD}\nEND:VEVENT`, 'event'],
  [`intent://scan/#Intent;scheme=zxing;package=a.b;S.browser_fallback_url=${ENCODED};end`, 'app_link'],
  [`kakaotalk://inappbrowser?url=${ENCODED}`, 'app_link'],
  [`googlechrome://navigate?url=${ENCODED}`, 'app_link'],
  [`view-source:${BAD}`, 'app_link'],
  [`microsoft-edge:${BAD}`, 'app_link'],
  [`ms-word:ofe|u|${BAD}`, 'app_link'],
  [`http://secure-naver-login.tk/a?${'x=1&'.repeat(600)}`, 'url'],
  ['ｈｔｔｐ://secure-naver-login.tk/a', 'url'],
  ['ｈｔｔｐ：／／secure-naver-login.tk/a', 'url'],
  ['https:///secure-naver-login.tk/a', 'url'],
  ['//secure-naver-login.tk/a', 'url'],
  ['hxxp://secure-naver-login[.]tk/a', 'url'],
  [`${BAD}\0`, 'url'],
];

test('the dangerous link in a code is found and judged, whatever the code is', async () => {
  const guest = testApp().client();
  for (const [text, kind] of LINKS) {
    const { data } = (await guest.post('/scan/payload', { text })).body;
    expect(data, text).toMatchObject({ verdict: 'dangerous' });
    const hosts = data.links.map(({ details }: { details: { domain: string } }) => details.domain);
    expect(hosts, text).toContain('secure-naver-login.tk');
    expect(data.reasons, text).not.toEqual([]);
    if (!kind.startsWith('app') && kind !== 'text' && kind !== 'url') expect(data.kind, text).toBe(kind);
  }
});

test('codes without a bad link say what they are', async () => {
  const guest = testApp().client();
  const cases: [text: string, expected: object][] = [
    ['https://toss.im를 확인하세요', { verdict: 'safe', links: [{ details: { domain: 'toss.im' } }] }],
    [
      'itms-services://?action=download-manifest&url=https%3A%2F%2Fexample.com%2Fapp.plist',
      { kind: 'app_link', verdict: 'dangerous' },
    ],
    ['data:text/html;base64,PHNjcmlwdD4=', { kind: 'script', verdict: 'dangerous' }],
    ['ftp://example.com/a.apk', { kind: 'file', verdict: expect.stringMatching(/caution|dangerous/) }],
    ['market://details?id=com.evil.app', { kind: 'app_store', fields: { app_id: 'com.evil.app' } }],
    ['tel:060-700-1234', { kind: 'tel', verdict: 'caution', reasons: [{ code: 'premium_number' }] }],
    ['tel:*%2306%23', { kind: 'tel', reasons: [{ code: 'device_code' }] }],
    [
      'upi://pay?pa=shop@bank&pn=Shop&am=10&cu=INR',
      { kind: 'payment', fields: { amount: expect.anything() } },
    ],
    ['bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=0.1', { kind: 'crypto' }],
    ['ethereum:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359', { kind: 'crypto' }],
    ['supertoss://send?amount=1000&bank=088&accountNo=1', { kind: 'payment' }],
    ['lightning:lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqf', { kind: 'crypto', fields: { amount: '0.0025' } }],
    ['LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M', { kind: 'crypto', verdict: 'caution' }],
    ['kim@example.com', { kind: 'email', verdict: 'safe' }],
    ['report.final.docx', { kind: 'text', verdict: 'safe', links: [] }],
  ];
  for (const [text, expected] of cases) {
    const { data } = (await guest.post('/scan/payload', { text })).body;
    expect(data, text).toMatchObject(expected);
  }
});

test('spellings that hide an address have a reason', async () => {
  const guest = testApp().client();
  const cases: [url: string, code: string][] = [
    ['http://[::ffff:203.0.113.9]/', 'disguised_ip'],
    ['http://attacker.example\\@google.com', 'backslash'],
    ['http://expyuzz4wqqyqhjn.onion/', 'special_network'],
  ];
  for (const [url, code] of cases) {
    for (const [path, body] of [
      ['/scan/analyze', { url }],
      ['/scan/payload', { text: url }],
    ] as const) {
      const { data } = (await guest.post(path, body)).body;
      const reasons = path === '/scan/analyze' ? data.details.reasons : data.links[0].details.reasons;
      expect(
        reasons.map((reason: { code: string }) => reason.code),
        url,
      ).toContain(code);
    }
  }
});

const WORDS = [
  '안녕',
  'hello',
  '\n',
  '\t',
  '\u2028',
  '\u00a0',
  '(',
  '[',
  '「',
  '"',
  ',',
  '. ',
  '확인: ',
  '🎁',
  ' ',
];

test('a dangerous link placed anywhere in any text makes the message dangerous', async () => {
  const fc = await import('fast-check');
  const guest = testApp().client();
  const piece = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12, unit: 'grapheme' }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }),
      fc.array(piece, { maxLength: 8 }),
      async (before, after) => {
        const text = `${before.join('')} http://evil.example/pay ${after.join('')}`;
        const { data } = (await guest.post('/scan/message', { text })).body;
        expect(data.verdict, JSON.stringify(text)).toBe('dangerous');
      },
    ),
    { numRuns: 60 },
  );
});

test('secrets of networks and second factors are neither answered nor stored', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const texts = [
    'WIFI:T:WPA;S:Cafe;P:hunter2-wifi;;',
    'wifi:S:Cafe;T:WPA2-EAP;I:kim;P:hunter2-wifi;H:true;;',
    'otpauth://totp/Bank:kim?secret=JBSWY3DPEHPK3PXP&issuer=Bank',
    '와이파이는 WIFI:T:WPA;S:Cafe;P:hunter2-wifi;; 이고 https://example.com/a',
    'URL:https://example.com/?next=otpauth://totp/A?secret=JBSWY3DPEHPK3PXP',
  ];
  const answers: string[] = [];
  for (const text of texts) {
    answers.push(JSON.stringify((await alice.post('/scan/payload', { text })).body));
    answers.push(JSON.stringify((await alice.post('/scan/message', { text })).body));
  }
  expect(answers.join('\n')).not.toMatch(/hunter2-wifi|JBSWY3DPEHPK3PXP/);
  const database = (app.deps.db.$client as { serialize(): Buffer }).serialize();
  expect(database.includes('hunter2-wifi')).toBe(false);
  expect(database.includes('JBSWY3DPEHPK3PXP')).toBe(false);
});
