import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { featureRows, ROW_BITS } from './hashes.ts';

/** Settings of the tables, from `calibration.json`. */
export interface NgramSettings {
  linear: { scale: number; bias: number };
  /** a hidden layer over the sums of the rows' vectors: ReLU(`hidden` · sums + `hidden_bias`) · `out` + `bias` */
  bag: { scale: number; bias: number; hidden: number[][]; hidden_bias: number[]; out: number[] };
}

/** The two models over hashed features (`featureRows`): a linear one, and a bag of small vectors. */
export interface Ngrams {
  /** Log odds (malicious) of one text, see `modelText`. */
  logits(text: string): { linear: number; bag: number };
}

/** Eight adjacent rows share a vector of eight numbers. */
const ROWS_PER_VECTOR_BITS = 3;
const WIDTH = 8;

/**
 * Reads `ngram.bin` (2^22 weights) and `bag.bin` (2^19 vectors of 8). An int8 q stands for sign(q) · scale · (q /
 * 127)², since most weights are small. Throws when a file is missing or has another size.
 */
export function loadNgrams(modelDir: string, { linear, bag }: NgramSettings): Ngrams {
  const weights = readTable(join(modelDir, 'ngram.bin'), 1 << ROW_BITS);
  const vectors = readTable(join(modelDir, 'bag.bin'), (1 << (ROW_BITS - ROWS_PER_VECTOR_BITS)) * WIDTH);
  const sums = new Float64Array(WIDTH);
  const familySums = new Float64Array(WIDTH);

  return {
    logits(text) {
      let linearLogit = linear.bias;
      sums.fill(0);
      for (const rows of featureRows(text)) {
        if (rows.length === 0) continue;
        let weight = 0;
        familySums.fill(0);
        for (const row of rows) {
          weight += SQUARES[weights[row]! & 255]!;
          const offset = (row >>> ROWS_PER_VECTOR_BITS) * WIDTH;
          for (let d = 0; d < WIDTH; d++) familySums[d]! += SQUARES[vectors[offset + d]! & 255]!;
        }
        const share = 1 / Math.sqrt(rows.length);
        linearLogit += weight * linear.scale * share;
        for (let d = 0; d < WIDTH; d++) sums[d]! += familySums[d]! * bag.scale * share;
      }
      let bagLogit = bag.bias;
      bag.hidden.forEach((row, j) => {
        let unit = bag.hidden_bias[j]!;
        for (let d = 0; d < WIDTH; d++) unit += row[d]! * sums[d]!;
        if (unit > 0) bagLogit += unit * bag.out[j]!;
      });
      return { linear: linearLogit, bag: bagLogit };
    },
  };
}

/** sign(q) · (q / 127)² for each byte as an int8. */
const SQUARES = Float64Array.from({ length: 256 }, (_, byte) => {
  const q = (byte << 24) >> 24;
  return Math.sign(q) * (q / 127) ** 2;
});

function readTable(path: string, size: number): Int8Array {
  const file = readFileSync(path);
  if (file.length !== size) throw new Error(`${path} has ${file.length} bytes, not ${size}`);
  return new Int8Array(file.buffer, file.byteOffset, size);
}
