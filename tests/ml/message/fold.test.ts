import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldMessage, MAX_MESSAGE_LENGTH, toSpan } from '../../../ml/message/fold.ts';

/** What stands in the original where a word is found in the folded text. */
function original(text: string, word: string): string {
  const message = foldMessage(text);
  const at = message.text.indexOf(word);
  expect(at, message.text).toBeGreaterThanOrEqual(0);
  return toSpan(message, at, at + word.length).part;
}

test('hidden spellings fold to plain letters, and lead back to what was written', () => {
  expect(original('[ＣＪ대한통운] 안내', 'cj대한통운')).toBe('ＣＪ대한통운');
  expect(original('국\u200b민\u2060은행 알림', '국민은행')).toBe('국\u200b민\u2060은행');
  expect(original('국.민.은.행 알림', '국민은행')).toBe('국.민.은.행');
  expect(original('택 배 주 소 불일치', '택배주소')).toBe('택 배 주 소');
  expect(original('please v e r i f y now', 'verify')).toBe('v e r i f y');
  expect(original('Νеtflіх account', 'netflix')).toBe('Νеtflіх');
  expect(original('𝐔𝐒𝐏𝐒 notice', 'usps')).toBe('𝐔𝐒𝐏𝐒');
  expect(original('\u1100\u116e\u11a8\u1106\u1175\u11ab'.normalize('NFD'), '국민')).toBe(
    '국민'.normalize('NFD'),
  );
  expect(original('① 인증', '1')).toBe('①');
});

test('ordinary single letters and short words stay apart', () => {
  expect(foldMessage('I am a b student').text).toBe('i am a b student');
  expect(foldMessage('나 너 우리').text).toBe('나 너 우리');
});

test('every stretch of the folded text leads to a stretch of the original that folds to the same', () => {
  const piece = fc.constantFrom(
    '국',
    '민',
    ' ',
    '\u200b',
    'Ａ',
    'a',
    'е',
    '😀',
    '\n',
    '.',
    '-',
    '1',
    '①',
    '\u0301',
    '각',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 4 }))), (pieces) => {
      const text = pieces.join('');
      const message = foldMessage(text);
      expect(message.starts).toHaveLength(message.text.length);
      expect(message.ends).toHaveLength(message.text.length);
      for (let i = 0; i < message.text.length; i++) {
        expect(message.starts[i]).toBeLessThan(message.ends[i]!);
        expect(message.ends[i]).toBeLessThanOrEqual(text.length);
        if (i > 0) expect(message.starts[i]).toBeGreaterThanOrEqual(message.starts[i - 1]!);
      }
      if (message.text === '') return;
      const { part, start, end } = toSpan(message, 0, message.text.length);
      expect(text.slice(start, end)).toBe(part);
    }),
  );
});

test('what is beyond the maximum is not looked at', () => {
  expect(foldMessage('a'.repeat(MAX_MESSAGE_LENGTH + 5)).text).toHaveLength(MAX_MESSAGE_LENGTH);
});
