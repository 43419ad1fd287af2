/** The linear model over the features of a message: how similar it is to smishing, and to advertising. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeatureFamily, MESSAGE_ROW_BITS, messageFeatures } from './features.ts';

/** The score of the wording, before rules. */
export interface MessageScore {
  /** probabilities of two of the three classes of the training data; the third is `normal` */
  smishing: number;
  spam: number;
}

export interface MessageClassifier {
  readonly model_version: string;
  /** `text` is folded, with a mark for each link; `facts` come from `factNames` */
  score(text: string, facts: readonly string[]): MessageScore;
  /** The words (offsets in `text`) with the highest weight for a class; null when none has weight. */
  findHeaviestWords(text: string, about: 'smishing' | 'spam'): { start: number; end: number } | null;
}

/** The content of `model.json`. */
export interface MessageModelSettings {
  model_version: string;
  scale: { spam: number; smishing: number };
  bias: { spam: number; smishing: number };
}

const ROWS = 1 << MESSAGE_ROW_BITS;

/** sign(q) · (q / 127)² for a byte as an int8: most weights are small. */
export function expandByte(byte: number): number {
  const q = (byte << 24) >> 24;
  return Math.sign(q) * (q / 127) ** 2;
}

const SQUARES = Float64Array.from({ length: 256 }, (_, byte) => expandByte(byte));

/** Maximum number of words in a quotation. */
const MAX_WORDS = 4;
const WORD = /[^\s\ue000]+/g;

/** Reads `model.json` and `weights.bin`. Throws when one is missing or truncated. */
export function loadMessageClassifier(modelDir: string): MessageClassifier {
  const settings = JSON.parse(readFileSync(join(modelDir, 'model.json'), 'utf8')) as MessageModelSettings;
  return makeMessageClassifier(settings, readFileSync(join(modelDir, 'weights.bin')));
}

/**
 * Makes the classifier from 2^20 int8 weights for spam, followed by as many for smishing; see `quantize` of the
 * training.
 */
export function makeMessageClassifier(
  settings: MessageModelSettings,
  weights: Uint8Array,
): MessageClassifier {
  if (weights.length !== 2 * ROWS)
    throw new Error(`weights.bin has ${weights.length} bytes, not ${2 * ROWS}`);
  const tables = { spam: weights.subarray(0, ROWS), smishing: weights.subarray(ROWS) };
  const { scale, bias } = settings;

  const sum = (families: readonly FeatureFamily[], about: 'smishing' | 'spam'): number => {
    const table = tables[about];
    let total = bias[about];
    for (const { rows } of families) {
      if (rows.length === 0) continue;
      let part = 0;
      for (const row of rows) part += SQUARES[table[row]!]!;
      total += (part * scale[about]) / Math.sqrt(rows.length);
    }
    return total;
  };

  return {
    model_version: settings.model_version,
    score(text, facts) {
      const families = messageFeatures(text, facts);
      const spam = Math.exp(Math.min(30, sum(families, 'spam')));
      const smishing = Math.exp(Math.min(30, sum(families, 'smishing')));
      return { spam: spam / (1 + spam + smishing), smishing: smishing / (1 + spam + smishing) };
    },
    findHeaviestWords(text, about) {
      const table = tables[about];
      const weights = new Float64Array(text.length + 2);
      for (const { rows, starts, ends } of messageFeatures(text, [])) {
        const share = 1 / Math.sqrt(Math.max(1, rows.length));
        for (let i = 0; i < rows.length; i++) {
          const each = (SQUARES[table[rows[i]!]!]! * share) / Math.max(1, ends[i]! - starts[i]!);
          for (let at = starts[i]!; at < ends[i]!; at++) weights[at]! += each;
        }
      }
      return findHeaviest(text, weights);
    },
  };
}

/** The run of at most four words with the largest sum of weights, when that is positive. */
function findHeaviest(text: string, weights: Float64Array): { start: number; end: number } | null {
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => {
    let weight = 0;
    for (let at = index; at < index + word.length; at++) weight += weights[at]!;
    return { start: index, end: index + word.length, weight };
  });
  let best: { start: number; end: number } | null = null;
  let most = 0;
  for (let from = 0; from < words.length; from++) {
    let weight = 0;
    for (let to = from; to < Math.min(from + MAX_WORDS, words.length); to++) {
      weight += words[to]!.weight;
      if (weight <= most) continue;
      most = weight;
      best = { start: words[from]!.start, end: words[to]!.end };
    }
  }
  return best;
}
