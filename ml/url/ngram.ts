import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, namedFeatures } from './words.ts';

/** The linear model: hashed n-grams of host and rest, their letter patterns, and named features, one weight each. */
export interface Ngrams {
  /** Log odds (malicious) of one text, see `modelText`. */
  logit(text: string): number;
}

const BITS = 22;
const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;
const MIX = 0x9e3779b1;

interface Family {
  seed: number;
  shortest: number;
  longest: number;
}
const HOST: Family = { seed: 1, shortest: 1, longest: 6 };
const REST: Family = { seed: 2, shortest: 1, longest: 6 };
const PATTERN: Family = { seed: 3, shortest: 4, longest: 8 };

/** The table row of a 32-bit hash; the same as `slot` of `ml/training/url/grams.py`. */
function slot(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), MIX);
  mixed ^= mixed >>> 13;
  return Math.imul(mixed, MIX) >>> (32 - BITS);
}

/** Letters become `v` (vowel) or `c`, digits `0`: what makes random names alike. */
const LETTER_PATTERN = Array.from({ length: 128 }, (_, code) => {
  const c = String.fromCharCode(code);
  if (/[0-9]/.test(c)) return '0';
  if (/[aeiouy]/i.test(c)) return 'v';
  return /[a-z]/i.test(c) ? 'c' : c;
});

function letterPattern(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += LETTER_PATTERN[text.charCodeAt(i)] ?? '';
  return out;
}

/**
 * Reads `ngram.bin`: 2^22 int8 weights q, each worth `sign(q) · scale · (q / 127)²`, since most of them are small.
 * Throws when the file is missing or has another size.
 */
export function loadNgrams(modelDir: string, { scale, bias }: { scale: number; bias: number }): Ngrams {
  const file = readFileSync(join(modelDir, 'ngram.bin'));
  if (file.length !== 1 << BITS) throw new Error(`${modelDir}/ngram.bin has ${file.length} bytes`);
  const table = new Int8Array(file.buffer, file.byteOffset, file.length);
  const worth = Float64Array.from({ length: 256 }, (_, i) => {
    const q = (i << 24) >> 24;
    return Math.sign(q) * scale * (q / 127) ** 2;
  });
  const weight = (hash: number): number => worth[table[slot(hash)]! & 255]!;

  const grams = (text: string, { seed, shortest, longest }: Family): number => {
    const start = (FNV_OFFSET + seed * 0x01000193) | 0;
    let sum = 0;
    let count = 0;
    for (let at = 0; at < text.length; at++) {
      let hash = start;
      const end = Math.min(longest, text.length - at);
      for (let n = 1; n <= end; n++) {
        hash = Math.imul(hash ^ text.charCodeAt(at + n - 1), FNV_PRIME);
        if (n < shortest) continue;
        sum += weight(hash);
        count++;
      }
    }
    return sum / Math.sqrt(Math.max(count, 1));
  };

  return {
    logit(text) {
      const slash = text.indexOf('/');
      const host = slash < 0 ? text : text.slice(0, slash);
      const rest = slash < 0 ? '' : text.slice(slash);
      const names = namedFeatures(host, rest);
      let named = 0;
      for (const name of names) named += weight(crc32(name));
      const marked = `^${host}$`;
      return (
        bias +
        grams(marked, HOST) +
        grams(rest, REST) +
        grams(`${letterPattern(marked)} ${letterPattern(rest.slice(0, 64))}`, PATTERN) +
        named / Math.sqrt(names.length)
      );
    },
  };
}
