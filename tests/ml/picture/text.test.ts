import { expect, test } from 'vitest';
import { cutNul, decodeUnnamed } from '../../../ml/picture/text.ts';
import { encodeLegacy } from '../../support/qr-pictures/documents.ts';

test('bytes that name no character set are read in the one they were written in', () => {
  const korean = [
    '한글 메뉴 http://example.com',
    '이벤트 당첨을 축하합니다!',
    '홍길동',
    '서울특별시 마포구',
    '가',
    '값 3,000원',
  ];
  const japanese = [
    '日本語のメニュー',
    'お知らせ：当選しました',
    'カフェ',
    '東京都渋谷区の地図 http://example.jp',
  ];
  for (const text of korean) expect(decodeUnnamed(encodeLegacy(text, 'euc-kr'))).toBe(text);
  for (const text of japanese) expect(decodeUnnamed(encodeLegacy(text, 'shift_jis'))).toBe(text);
  for (const text of [...korean, ...japanese, 'Café', 'https://example.com/', '中文'])
    expect(decodeUnnamed(Buffer.from(text))).toBe(text);
  for (const text of ['Café', 'Müller GmbH', 'Menü für heute', 'naïve façade'])
    expect(decodeUnnamed(Buffer.from(text, 'latin1'))).toBe(text);
});

test('what follows a NUL is not part of the text', () => {
  expect([cutNul('https://example.com/\0'), cutNul('a\0b'), cutNul('\0'), cutNul('a')]).toEqual([
    'https://example.com/',
    'a',
    '',
    'a',
  ]);
});
