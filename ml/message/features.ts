/** The hashed features of a message: n-grams of its characters and words, and the names of its facts. */

/** The tables have 2^20 rows; a feature is the number of a row. */
export const MESSAGE_ROW_BITS = 20;

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;
const MIX = 0x9e3779b1;
const MAX_GRAM = 5;

/** Only this many characters are used; real messages are shorter. */
const MAX_CHARS = 2_000;

/**
 * The rows of one family. Each counts 1/√n of its family, so that a long message has no more weight than a short one.
 */
export interface FeatureFamily {
  rows: Uint32Array;
  /** start and end of each row's n-gram in the text; empty for facts */
  starts: Uint16Array;
  ends: Uint16Array;
}

function toRow(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), MIX);
  mixed ^= mixed >>> 13;
  return Math.imul(mixed, MIX) >>> (32 - MESSAGE_ROW_BITS);
}

function hashText(text: string, seed: number): number {
  let hash = (FNV_OFFSET + Math.imul(seed, 0x01000193)) | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

class Family {
  private readonly unique = new Set<number>();
  private readonly rows: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /** Adds a row once: repeated words do not count again. */
  add(row: number, start: number, end: number): void {
    if (this.unique.has(row)) return;
    this.unique.add(row);
    this.rows.push(row);
    this.starts.push(start);
    this.ends.push(end);
  }

  done(): FeatureFamily {
    return {
      rows: Uint32Array.from(this.rows),
      starts: Uint16Array.from(this.starts),
      ends: Uint16Array.from(this.ends),
    };
  }
}

function characterGrams(text: string): FeatureFamily {
  const family = new Family();
  const offset = (FNV_OFFSET + 0x01000193) | 0;
  for (let at = 0; at < text.length; at++) {
    let hash = offset;
    const longest = Math.min(MAX_GRAM, text.length - at);
    for (let n = 1; n <= longest; n++) {
      hash = Math.imul(hash ^ text.charCodeAt(at + n - 1), FNV_PRIME);
      family.add(toRow(hash), at, at + n);
    }
  }
  return family.done();
}

const WORD = /[a-z0-9']+|[가-힣]+|\ue000|[^\s]/g;

function wordGrams(text: string): FeatureFamily {
  const family = new Family();
  let before: RegExpExecArray | null = null;
  for (const word of text.matchAll(WORD)) {
    const end = word.index + word[0].length;
    family.add(toRow(hashText(word[0], 2)), word.index, end);
    if (before) family.add(toRow(hashText(`${before[0]} ${word[0]}`, 3)), before.index, end);
    before = word;
  }
  return family.done();
}

function factRows(facts: readonly string[]): FeatureFamily {
  const family = new Family();
  for (const fact of facts) family.add(toRow(hashText(fact, 4)), 0, 0);
  return family.done();
}

/**
 * The families of a message: character n-grams (1–5), words and pairs of words, and names of facts. `text` is folded,
 * with `\ue000` for each link; every digit counts as 0.
 */
export function messageFeatures(text: string, facts: readonly string[]): FeatureFamily[] {
  const plain = text.slice(0, MAX_CHARS).replace(/\d/g, '0');
  return [characterGrams(` ${plain} `), wordGrams(plain), factRows(facts)];
}
