import { expect, test } from 'vitest';
import { findSigns } from '../../../ml/message/find-signs.ts';
import { foldMessage, toSpan } from '../../../ml/message/fold.ts';
import { judgeMessage } from '../../../ml/message/judge.ts';
import { ENGLISH_PATTERNS } from '../../../ml/message/patterns-en.ts';
import { KOREAN_PATTERNS } from '../../../ml/message/patterns-ko.ts';
import type { SignName } from '../../../ml/message/signs.ts';
import { makePlainJudge } from './plain-judge.ts';

const names = (text: string): SignName[] => findSigns(foldMessage(text).text).map(({ name }) => name);

const REQUESTS: [SignName, string][] = [
  ['asks_code', '인증번호 여섯 자리 알려주세요'],
  ['asks_code', 'can you send me the 6 digit code'],
  ['asks_card', '카드 앞뒤 사진 찍어서 보내줘'],
  ['asks_card', 'enter your card details'],
  ['asks_identity', '신분증 앞면 촬영해서 보내 주세요'],
  ['asks_identity', 'please send a photo of your passport'],
  ['asks_remote_control', '팀뷰어 켜 주시면 도와드릴게요'],
  ['asks_install', '출처를 알 수 없는 앱을 허용하고 설치'],
  ['asks_install', 'install our app from this file'],
  ['asks_gift_card', '구글 기프트카드 사서 핀번호 보내줘'],
  ['asks_gift_card', 'buy two gift cards and send the codes'],
  ['asks_money', '50만원만 빌려줘'],
  ['asks_callback', '취소 문의 070-1234-5678'],
  ['secrecy', "don't tell anyone at the bank"],
  ['sent_from_abroad', '[국외발신] 안내'],
];

test.each(REQUESTS)('%s is found in: %s', (name, text) => {
  expect(names(text)).toContain(name);
});

test('a warning not to give something away asks for nothing', () => {
  for (const text of [
    '인증번호를 다른 사람에게 알려주지 마세요',
    '은행은 신분증 사진을 요구하지 않습니다',
    'Never share your verification code with anyone',
    'We will never ask you to send your card details',
  ]) {
    expect(
      names(text).filter((name) => name.startsWith('asks_')),
      text,
    ).toEqual([]);
  }
});

test('signs are found in hidden spellings, and quoted as written', () => {
  const text = '택배 배송지 주\u200b소 불\u200b일치, ａｐｋ 설치';
  const message = foldMessage(text);
  const parts = findSigns(message.text).map(({ start, end }) => toSpan(message, start, end).part);
  expect(parts).toContain('배송지 주\u200b소 불\u200b일치');
  expect(parts).toContain('ａｐｋ');
});

test('every pattern takes milliseconds for the longest text of any kind', () => {
  const pieces = [
    'a',
    '가',
    '0',
    ' ',
    '1,',
    '엄마 ',
    '카드번호 ',
    'send code ',
    'mum my phone ',
    '010-1234-',
    'payment ',
    '[',
    '주소 ',
    'parcel ',
    'if not ',
    '당첨 ',
    '\ue000',
  ];
  const texts = pieces.map((piece) => piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000));
  const slow: string[] = [];
  for (const { name, pattern } of [...KOREAN_PATTERNS, ...ENGLISH_PATTERNS]) {
    for (const [i, text] of texts.entries()) {
      const before = process.cpuUsage();
      for (const _ of text.matchAll(pattern)) break;
      for (const _ of text.replace(/.$/, '!').matchAll(pattern));
      const { user, system } = process.cpuUsage(before);
      if (user + system > 60_000) slow.push(`${name} on ${pieces[i]}: ${(user + system) / 1000} ms`);
    }
  }
  expect(slow).toEqual([]);
});

test('the longest message is judged in well under a second', async () => {
  const judge = makePlainJudge();
  for (const text of [
    '국민은행 http://a.tk '.repeat(600),
    'a@'.repeat(5000),
    '0'.repeat(10_000),
    '\u200b'.repeat(10_000),
  ]) {
    const before = process.cpuUsage();
    await judgeMessage({ text: text.slice(0, 10_000) }, judge);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  }
});
