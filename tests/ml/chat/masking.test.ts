import { expect, test } from 'vitest';
import { findPersonalData, maskPersonalData } from '../../../ml/text/pii-masking.ts';
import { maskLongText, maskValues } from '../../../ml/text/pii-masking-long.ts';
import { listHarmless, listOwnTokens, listPersonalData, type Sample } from '../../support/personal-data.ts';

const found = (text: string) => findPersonalData(text).map(({ type, value }) => `${type} ${value}`);

/** Numbers are made up or published for tests. */
const PERSONAL: [text: string, expected: string][] = [
  ['주민번호는 850315-1234567이에요', 'KR_RRN 850315-1234567'],
  ['주민등록번호 8503151234567', 'KR_RRN 8503151234567'],
  ['외국인등록번호 900214-6123456', 'KR_ARC 900214-6123456'],
  ['010.9876.5432로 연락주세요', 'PHONE 010.9876.5432'],
  ['전화 02-345-6789', 'PHONE 02-345-6789'],
  ['+82-10-9876-5432', 'PHONE +82-10-9876-5432'],
  ['call me at +1 415-555-2671', 'PHONE +1 415-555-2671'],
  ['０１０－９８７６－５４３２', 'PHONE ０１０－９８７６－５４３２'],
  ['카드 5555-5555-5555-4444로 냈어요', 'CARD 5555-5555-5555-4444'],
  ['amex 3782 822463 10005', 'CARD 3782 822463 10005'],
  ['kim@example.co.kr입니다', 'EMAIL kim@example.co.kr'],
  ['token ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'API_KEY ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
  ['secret = f3A9c0d8E7b6a5f4c3d2', 'API_KEY f3A9c0d8E7b6a5f4c3d2'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln', 'JWT eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln'],
  ['pw: Blue!horse7', 'PASSWORD Blue!horse7'],
  ['신한은행 110-123-456789', 'BANK_ACCOUNT 110-123-456789'],
  ['110-123-456789 신한은행이에요', 'BANK_ACCOUNT 110-123-456789'],
  ['면허번호 11-22-333333-44', 'DRIVER_LICENSE 11-22-333333-44'],
  ['여권 M123A4567', 'PASSPORT M123A4567'],
];

test('personal data of every kind is found, particles and odd characters or not', () => {
  for (const [text, expected] of PERSONAL) expect([text, found(text)]).toEqual([text, [expected]]);
});

test('numbers and words that only look like personal data stay', () => {
  for (const text of [
    '112나 118, 1332에 전화하세요',
    '1588-9999 고객센터',
    '송장번호 1234-5678-9012',
    '바코드 8801234567893',
    '버전 10.4.0.1',
    '2026-11-22 18:30:00',
    '사업자등록번호 220-81-62517',
    '4111 1111 1111 1112',
    '비밀번호: 필수',
    'password: required',
    'git clone git@github.com:owner/repo.git',
    'http://naver.com@evil.example/login',
    '550e8400-e29b-41d4-a716-446655440000',
    'API_KEY=your-api-key-goes-here',
  ])
    expect([text, found(text)]).toEqual([text, []]);
});

test('placeholders are numbered, the same value gets the same one, and masking twice changes nothing', () => {
  const { text } = maskPersonalData('010-1234-5678, 010-9999-8888, 다시 01012345678');
  expect(text).toBe('[PHONE_1], [PHONE_2], 다시 [PHONE_1]');
  expect(maskPersonalData(text).text).toBe(text);
});

test('a private key is masked whole, however long, cut off at either end, or broken over lines', async () => {
  const body = Array.from({ length: 300 }, (_, i) => `${'MIIEvQ+/'.repeat(7)}${i}AbC`).join('\n');
  for (const kind of ['RSA PRIVATE KEY', 'PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PGP PRIVATE KEY BLOCK']) {
    const [begin, end] = [`-----BEGIN ${kind}-----`, `-----END ${kind}-----`];
    for (const key of [`${begin}\n${body}\n${end}`, `${begin}\n${body}`, `${body}\n${end}`]) {
      const masked = await maskLongText(`see 010-1234-5678:\n${key}`);
      expect([kind, masked.includes('MIIE'), masked.includes('PHONE_1')]).toEqual([kind, false, true]);
    }
  }
});

test('fields that hold a time keep their numbers, and others lose what is a person’s', async () => {
  const metadata = {
    createdAt: 1801151234567,
    started_ms: 1801153234567,
    ts: 1801151234567,
    order: 20241225000123,
  };
  expect(await maskValues(metadata)).toEqual(metadata);
  const { card, note } = await maskValues({ card: 4111111111111111, note: ['010 - 1234 - 5678'] });
  expect([card, note]).toEqual(['[CARD_1]', ['[PHONE_1]']]);
});

const isLeft = ({ secret, text }: Sample) => {
  const masked = maskPersonalData(text).text;
  const plain = (it: string) => it.normalize('NFKC').replace(/[^\p{L}\p{Nd}]/gu, '');
  return masked === text || masked.includes(secret) || plain(masked).includes(plain(secret));
};
/** One example of each kind. */
const toExamples = (samples: readonly Sample[]) => [
  ...new Map(samples.map((it) => [it.kind, `${it.kind}: ${it.text}`])).values(),
];

test('of generated personal data in the spellings of people, at least 95 % is masked', () => {
  const samples = listPersonalData(20261201, 100);
  const left = samples.filter(isLeft);
  expect(toExamples(left).slice(0, left.length <= samples.length * 0.05 ? 0 : 20)).toEqual([]);
});

test('every token of the product is masked, wherever it stands', () => {
  expect(toExamples(listOwnTokens(20261201, 2000).filter(isLeft))).toEqual([]);
});

test('of generated numbers that are nobody’s, less than 1 % is masked', () => {
  const samples = listHarmless(20261201, 100);
  const masked = samples.filter(({ text }) => maskPersonalData(text).text !== text);
  expect(toExamples(masked).slice(0, masked.length < samples.length * 0.01 ? 0 : 20)).toEqual([]);
});

test('time grows with the text and no faster', () => {
  for (const part of [
    ...[
      'a',
      '1',
      '1-',
      '1 ',
      '12.',
      '010-',
      'a@',
      '가@',
      '가',
      'a.',
      '비밀번호:',
      'password ',
      'eyJ',
      '여권 ',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      'AAAA\n',
      '://a:',
      'fsk_',
      'Bearer ',
      '공일',
      '１-',
    ],
  ]) {
    const from = performance.now();
    findPersonalData(part.repeat(200_000 / part.length));
    expect([part, performance.now() - from < 3000]).toEqual([part, true]);
  }
});
