import { expect, test } from 'vitest';
import { findPersonalData, maskPersonalData } from '../../../ml/text/pii-masking.ts';

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

test('time grows with the text and no faster', () => {
  for (const part of ['a', '1', '1-', 'a@', '비밀번호:', 'eyJ', '-----BEGIN PRIVATE KEY-----', '여권 '])
    for (const length of [200_000]) {
      const from = performance.now();
      findPersonalData(part.repeat(length / part.length));
      expect(performance.now() - from).toBeLessThan(3000);
    }
});
