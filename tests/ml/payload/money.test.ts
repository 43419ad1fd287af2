import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCrc16 } from '../../../ml/payload/emvco.ts';
import { parsePayload } from '../../../ml/payload/parse.ts';

/** A data object whose length counts characters. */
const object = (id: string, value: string) => `${id}${String([...value].length).padStart(2, '0')}${value}`;
/** A code of these objects with its checksum. */
function toCode(...objects: string[]): string {
  const text = `000201${objects.join('')}6304`;
  return text + toCrc16(Buffer.from(text));
}
const korean = (name: string, ...more: string[]) =>
  toCode(
    '010211',
    object('26', object('00', 'com.zeropay') + object('01', '12345678')),
    '52045812',
    '5303410',
    ...more,
    '5802KR',
    object('59', name),
    object('60', 'SEOUL'),
  );

/** EMVCo's own example (Merchant-Presented Mode 1.1, annex), and published codes of national schemes. */
const EMVCO_EXAMPLE =
  '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A';
const PIX_EXAMPLE =
  '00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D';

test.each([
  [EMVCO_EXAMPLE, 'EMVCo', '最佳运输', 23.72, 'CNY', true],
  [PIX_EXAMPLE, 'Pix', 'Fulano de Tal', null, 'BRL', null],
  [korean('마포빵집'), 'ZeroPay', '마포빵집', null, 'KRW', false],
  [korean('마포빵집', object('54', '12000')), 'ZeroPay', '마포빵집', 12000, 'KRW', false],
  [
    toCode(
      '010212',
      object('26', object('00', 'A000000677010111')),
      '5303764',
      '540550.00',
      '5802TH',
      object('59', 'Som'),
    ),
    'PromptPay',
    'Som',
    50,
    'THB',
    true,
  ],
  [
    toCode('010211', object('15', '5204000005204000'), '5303156', object('59', 'Li')),
    'UnionPay',
    'Li',
    null,
    'CNY',
    false,
  ],
  [
    toCode('010211', object('02', '4000123456789012'), '5303840', object('59', 'Shop')),
    'Visa',
    'Shop',
    null,
    'USD',
    false,
  ],
  [toCode(object('38', object('00', 'A000000727')), '5303704'), 'VietQR', null, null, 'VND', null],
  [
    toCode(object('26', object('00', 'SG.PAYNOW')), '5303702', object('59', 'A')),
    'PayNow',
    'A',
    null,
    'SGD',
    null,
  ],
  [
    toCode(object('26', object('00', 'kakaopay')), '5303410', object('59', 'B')),
    'KakaoPay',
    'B',
    null,
    'KRW',
    null,
  ],
  [toCode('5303999', object('54', 'x'), object('59', 'C')), 'EMVCo', 'C', null, '999', null],
])('the code %s pays by %s', (text, scheme, payee, amount, currency, dynamic) => {
  const { kind, fields, reasons } = parsePayload(text);
  expect([kind, fields]).toEqual(['payment', { scheme, payee, amount, currency, dynamic }]);
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatchObject({ part: payee ?? scheme, level: 'info' });
});

test('lengths that count bytes are read too', () => {
  const name = '마포빵집';
  const text = `00020101021126150011com.zeropay5204581253034105802KR59${Buffer.byteLength(name)}${name}6304`;
  const code = text + toCrc16(Buffer.from(text));
  expect(parsePayload(code)).toMatchObject({
    fields: { scheme: 'ZeroPay', payee: name },
    reasons: [{ level: 'info' }],
  });
});

test('a changed or cut code has a wrong checksum', () => {
  const code = korean('마포빵집', object('54', '12000'));
  for (const text of [
    code.replace('12000', '92000'),
    code.slice(0, -1),
    code.slice(0, -8),
    code.slice(0, 60),
    `${code}0`,
  ]) {
    const { kind, reasons } = parsePayload(text);
    expect(kind).toBe('payment');
    expect(reasons.map(({ code: reason }) => reason)).toContain('wrong_checksum');
  }
});

test('any change of one character is seen by the checksum', () => {
  const code = korean('MAPO BAKERY', object('54', '12000'));
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: code.length - 5 }),
      fc.constantFrom(...'0123456789ABC'),
      (at, char) => {
        fc.pre(code.charAt(at) !== char);
        const { reasons } = parsePayload(code.slice(0, at) + char + code.slice(at + 1));
        expect(reasons.map((reason) => reason.code)).toContain('wrong_checksum');
      },
    ),
  );
});

test('the address of a dynamic code is to be judged', () => {
  const code = toCode(
    '010212',
    object('26', object('00', 'br.gov.bcb.pix') + object('25', 'secure-naver-login.tk/pix/v2/1')),
  );
  expect(parsePayload(code).links.map(({ canonical }) => canonical.host)).toContain('secure-naver-login.tk');
});

test.each([
  ['upi://pay?pa=shop@okbank&pn=Shop&am=100.50&cu=INR', 'UPI', 'Shop (shop@okbank)', 100.5, 'INR', true],
  ['UPI://PAY?PA=a@b', 'UPI', 'a@b', null, 'INR', false],
  ['upi://pay?pn=%E0%A4%A6%E0%A5%81&pa=a@b', 'UPI', 'दु (a@b)', null, 'INR', false],
  ['upi://pay?pa=a@b&am=1,000', 'UPI', 'a@b', 1000, 'INR', true],
  ['upi://pay?pa=a@b&am=-5', 'UPI', 'a@b', null, 'INR', false],
  ['upi://mandate?pa=a@b&am=10&cu=USD', 'UPI', 'a@b', 10, 'USD', true],
  ['phonepe://pay?pa=a@b&am=3', 'UPI', 'a@b', 3, 'INR', true],
  ['upi:', 'UPI', null, null, 'INR', false],
  [
    'supertoss://send?amount=10000&bank=%EA%B5%AD%EB%AF%BC&accountNo=12345678&origin=qr',
    'Toss',
    '국민 12345678',
    10000,
    'KRW',
    true,
  ],
  ['supertoss://send?bank=토스뱅크&accountNo=1', 'Toss', '토스뱅크 1', null, 'KRW', false],
  [
    'BCD\n002\n1\nSCT\nBIC\nRed Cross\nDE12345\nEUR12.30\n\n\nGift',
    'SEPA',
    'Red Cross (DE12345)',
    12.3,
    'EUR',
    true,
  ],
  [
    `SPC\n0200\n1\nCH4431999123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH${'\n'.repeat(8)}1949.75\nCHF`,
    'Swiss QR-bill',
    'Robert Schneider AG (CH4431999123000889012)',
    1949.75,
    'CHF',
    true,
  ],
  ['BCD\r\n001\r\n1\r\nSCT\r\n\r\nA\r\nDE1', 'SEPA', 'A (DE1)', null, 'EUR', false],
])('%j pays by %s', (text, scheme, payee, amount, currency, dynamic) => {
  const { kind, fields } = parsePayload(text);
  expect([kind, fields]).toEqual(['payment', { scheme, payee, amount, currency, dynamic }]);
});

const LNURL =
  'LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNXSCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS';

test.each([
  ['bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'bitcoin', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', null],
  [
    'BITCOIN:BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ?AMOUNT=20.3',
    'bitcoin',
    'BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ',
    '20.3',
  ],
  ['bitcoin:?lightning=lnbc1xyz', 'bitcoin', 'lnbc1xyz', null],
  ['litecoin:LcHK?amount=0.5&label=x', 'litecoin', 'LcHK', '0.5'],
  ['monero:44AF?tx_amount=1.5', 'monero', '44AF', '1.5'],
  ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'bitcoin', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', null],
  ['TJRabPrwbZy45sbavfcjinPJC18kjpRTv8', 'tron', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8', null],
  [
    'BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ',
    'bitcoin',
    'BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ',
    null,
  ],
  [
    '0x8e23ee67d1332ad560396262c48ffbb01f93d052',
    'ethereum',
    '0x8e23ee67d1332ad560396262c48ffbb01f93d052',
    null,
  ],
  ['ethereum:0xfb69', 'ethereum', '0xfb69', null],
  ['ethereum:0xfb69@137?value=2.014e18', 'polygon', '0xfb69', '2.014'],
  ['ethereum:pay-0xfb69@1?value=1', 'ethereum', '0xfb69', '0.000000000000000001'],
  ['ethereum:0xtoken@1/transfer?address=0x8e23&uint256=1e6', 'ethereum', '0x8e23', '1000000 (token 0xtoken)'],
  ['ethereum:0xfb69@99999?value=0', 'eip155:99999', '0xfb69', '0'],
  ['solana:mvines9i?amount=0.01&spl-token=EPj', 'solana', 'mvines9i', '0.01'],
  ['ton://transfer/EQAB?amount=1500000000', 'ton', 'EQAB', '1.5'],
  [
    'lightning:lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqf',
    'lightning',
    'lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqf',
    '0.0025',
  ],
  ['lightning:lnbc20m1pvjluezpp5qqqsyqcyq5rqwzqf', 'lightning', 'lnbc20m1pvjluezpp5qqqsyqcyq5rqwzqf', '0.02'],
  ['LIGHTNING:LNBC1PVJLUEZPP5QQQSYQCYQ5RQWZQF', 'lightning', 'LNBC1PVJLUEZPP5QQQSYQCYQ5RQWZQF', null],
  ['lightning:kim@wallet.com', 'lightning', 'kim@wallet.com', null],
  [LNURL, 'lightning', LNURL, null],
  [`lightning:${LNURL.toLowerCase()}`, 'lightning', LNURL.toLowerCase(), null],
  [`${LNURL.slice(0, -1)}Q`, 'lightning', `${LNURL.slice(0, -1)}Q`, null],
  ['bitcoin:', 'bitcoin', null, null],
])('%s is a payment in %s', (text, network, address, amount) => {
  const { kind, fields, reasons } = parsePayload(text);
  expect([kind, fields]).toEqual(['crypto', { network, address, amount }]);
  expect(reasons.map(({ code }) => code)).toEqual(['irreversible_payment']);
});

test('the service of an LNURL is to be judged, unless its checksum is wrong', () => {
  const hosts = (text: string) => parsePayload(text).links.map(({ canonical }) => canonical.host);
  expect(hosts(LNURL)).toEqual(['service.com']);
  expect(hosts(`lightning:${LNURL}`)).toEqual(['service.com']);
  expect(hosts(`${LNURL.slice(0, -1)}Q`)).toEqual([]);
  expect(hosts('lnurlp://secure-naver-login.tk/x')).toEqual(['secure-naver-login.tk']);
  expect(hosts('keyauth://secure-naver-login.tk?tag=login')).toEqual(['secure-naver-login.tk']);
  expect(hosts('lightning:kim@secure-naver-login.tk')).toEqual(['secure-naver-login.tk']);
});

test('the pairing of a wallet is told', () => {
  expect(parsePayload('wc:8a5e5bdc-a0e4-4702@1?bridge=x&key=y').reasons).toMatchObject([
    { code: 'connects_wallet', level: 'caution' },
  ]);
});

test.each([
  '1BoatSLRHtKNngkdXEeobR76b53LETtpyX',
  '31415926535897932384626433832795',
  'bc1notanaddress',
  '0x8e23ee67d1332ad560396262c48ffbb01f93d05',
  '1BoatSLRHtKNngkdXEeobR76b53LETtpyT and a note',
])('%s is text, no address of a wallet', (text) => {
  expect(parsePayload(text)).toMatchObject({ kind: 'text', reasons: [] });
});
