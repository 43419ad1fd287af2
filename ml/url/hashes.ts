/** The hashed features of a text, by family; the same as `ml/training/url/grams.py`. */

import { shapeFeatures } from './shapes.ts';
import { crc32, toNamedFeatures } from './words.ts';

/** The tables have 2^22 rows; a feature is the number of a row. */
export const ROW_BITS = 22;

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;
const MIX = 0x9e3779b1;

interface Grams {
  seed: number;
  shortest: number;
  longest: number;
}
const HOST: Grams = { seed: 1, shortest: 1, longest: 6 };
const AFTER_HOST: Grams = { seed: 2, shortest: 1, longest: 6 };
const PATTERN: Grams = { seed: 3, shortest: 4, longest: 8 };
const MAX_PATTERN_CHARS = 64;

/** The row of a 32-bit hash: the highest 22 bits after mixing. */
function toRow(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), MIX);
  mixed ^= mixed >>> 13;
  return Math.imul(mixed, MIX) >>> (32 - ROW_BITS);
}

/** Letters become `v` (vowel) or `c` (consonant), digits `0`: generated names share such patterns. */
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

/** Rows of all n-grams (FNV-1a) of a text. */
function gramRows(text: string, { seed, shortest, longest }: Grams): number[] {
  const start = (FNV_OFFSET + seed * 0x01000193) | 0;
  const rows: number[] = [];
  for (let at = 0; at < text.length; at++) {
    let hash = start;
    const end = Math.min(longest, text.length - at);
    for (let n = 1; n <= end; n++) {
      hash = Math.imul(hash ^ text.charCodeAt(at + n - 1), FNV_PRIME);
      if (n >= shortest) rows.push(toRow(hash));
    }
  }
  return rows;
}

/**
 * Rows of the five families: n-grams of the host, n-grams of the rest, n-grams of their letter patterns, named
 * features, shapes. Each feature of a family of n counts 1/√n, so that a long URL has no more weight than a short
 * one.
 */
export function featureRows(text: string): number[][] {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const rest = slash < 0 ? '' : text.slice(slash);
  const hostWithMarks = `^${host}$`;
  return [
    gramRows(hostWithMarks, HOST),
    gramRows(rest, AFTER_HOST),
    gramRows(`${letterPattern(hostWithMarks)} ${letterPattern(rest.slice(0, MAX_PATTERN_CHARS))}`, PATTERN),
    toNamedFeatures(host, rest).map((name) => toRow(crc32(name))),
    shapeFeatures(host, rest).map((name) => toRow(crc32(`*${name}`))),
  ];
}
