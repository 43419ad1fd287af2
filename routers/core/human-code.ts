import type { Random } from './context.ts';

/** No digit or letter that looks like another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) and hardly a word: 23⁸ codes. */
const ALPHABET = 'ACDEFGHJKMNPQRTWXY34679';
const LENGTH = 8;

/** A code for people to read and type. Every one is equally likely. */
export function generateHumanCode(random: Random): string {
  let code = '';
  while (code.length < LENGTH) {
    for (const byte of random.bytes(2 * LENGTH)) {
      // Bytes past the last whole multiple would favour some letters.
      if (byte < 256 - (256 % ALPHABET.length) && code.length < LENGTH) {
        code += ALPHABET[byte % ALPHABET.length];
      }
    }
  }
  return code;
}

/** What was typed, as the code was made: case, full-width letters, spaces, dashes and dots do not matter. */
export function normalizeHumanCode(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
}

/** In two halves, as people read it. */
export function formatHumanCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}
