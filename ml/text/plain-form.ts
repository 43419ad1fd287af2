import { INVISIBLE_CHARACTER } from './normalise.ts';

/** A text as patterns see it. `starts[i]` and `ends[i]` say where character `i` stands in the text that was given. */
export interface PlainForm {
  seen: string;
  starts: ArrayLike<number> | null;
  ends: ArrayLike<number> | null;
}

/** Letters and punctuation that people type for a hyphen, and that are no Unicode dash. */
const DASHES = new Set([...'−ー㇐ㅡᅳ─━⁃〜∼⁓˗➖']);
const MIDDLE_DOTS = new Set([...'·•‧∙⋅・ㆍᆞ･⸱․']);
const COMMON = /^[\n\r\t\x20-\x7e가-힣]*$/;
const DASH = /^\p{Pd}$/u;
const SPACE = /^[\p{Zs}\u2028\u2029]$/u;
const DECIMAL = /^\p{Nd}$/u;

/**
 * NFKC without characters that nobody sees; every dash is `-`, every middle dot `·`, every blank a space, and the digits
 * of every script are 0 to 9 (Unicode TR 15, TR 36).
 */
export function toPlainForm(text: string): PlainForm {
  if (COMMON.test(text)) return { seen: text, starts: null, ends: null };
  const parts: string[] = [];
  const [starts, ends]: [number[], number[]] = [[], []];
  let at = 0;
  for (const char of text) {
    const end = at + char.length;
    const plain = toPlainCharacter(char);
    parts.push(plain);
    for (let i = 0; i < plain.length; i++) {
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  return { seen: parts.join(''), starts, ends };
}

function toPlainCharacter(char: string): string {
  if (char < '\x7f' || (char >= '가' && char <= '힣')) return char;
  if (INVISIBLE_CHARACTER.test(char)) return '';
  if (DASHES.has(char) || DASH.test(char)) return '-';
  if (MIDDLE_DOTS.has(char)) return '·';
  if (SPACE.test(char)) return ' ';
  const plain = char.normalize('NFKC');
  if (DECIMAL.test(plain) && plain > '\x7f') return toDigit(plain);
  return DASHES.has(plain) ? '-' : MIDDLE_DOTS.has(plain) ? '·' : plain;
}

/** Decimal digits stand in Unicode as runs of ten, from zero up. */
function toDigit(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  let first = code;
  while (DECIMAL.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
