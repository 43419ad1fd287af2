/** From the bytes of a code to its text. */

interface Reading {
  charset: 'euc-kr' | 'shift_jis' | 'gb18030' | 'windows-1252';
  /** what people write in it */
  common: RegExp;
  /** how much such a character counts */
  weight: number;
}

/** The syllables of KS X 1001; the others of windows-949 are what other character sets look like in it. */
const SYLLABLES = new Set(
  Array.from({ length: 25 * 94 }, (_, at) => Uint8Array.of(0xb0 + Math.floor(at / 94), 0xa1 + (at % 94))).map(
    (pair) => new TextDecoder('euc-kr').decode(pair),
  ),
);
/** Of readings that are as likely the first counts. */
const READINGS: readonly Reading[] = [
  { charset: 'euc-kr', common: /[가-힣]/u, weight: 1 },
  { charset: 'shift_jis', common: /[ぁ-んァ-ヶー、。・一-鿿]/u, weight: 0.9 },
  { charset: 'gb18030', common: /[一-鿿，。]/u, weight: 0.5 },
  { charset: 'windows-1252', common: /[À-ÿ’“”–€]/u, weight: 0.6 },
];
/** Half-width katakana, control characters and private characters are what wrong readings are full of. */
const UNLIKELY = /[｡-ﾟ\u0080-\u009f\ue000-\uf8ff]/u;

function tryDecode(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** How much a reading looks like what people write: up to 1. */
function rate(text: string, { charset, common, weight }: Reading): number {
  const beyond = [...text].filter((character) => character > '\x7f');
  const ratings = beyond.map((character): number => {
    if (UNLIKELY.test(character)) return -2;
    if (!common.test(character)) return 0;
    return charset === 'euc-kr' && !SYLLABLES.has(character) ? -1 : weight;
  });
  return ratings.reduce((sum, rating) => sum + rating, 0) / Math.max(1, beyond.length);
}

/**
 * The text of a code that does not name its character set: UTF-8 when the bytes are valid UTF-8 (RFC 3629), otherwise
 * the most likely of EUC-KR, Shift-JIS, GB 18030 and Windows-1252.
 */
export function decodeUnnamed(bytes: Uint8Array): string {
  const utf8 = tryDecode(bytes, 'utf-8');
  if (utf8 !== null) return utf8;
  const readings = READINGS.flatMap((reading) => {
    const text = tryDecode(bytes, reading.charset);
    return text === null ? [] : [{ text, rating: rate(text, reading) }];
  });
  const best = readings.sort((a, b) => b.rating - a.rating)[0];
  return best?.text ?? new TextDecoder('windows-1252').decode(bytes);
}

/** The text up to the NUL that writers in C leave at its end. */
export const cutNul = (text: string): string => text.split('\0', 1)[0]!;
