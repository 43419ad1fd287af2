import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NgramSettings } from './ngram.ts';

/** `bare` is a host alone. The parts are right about it less often than about an address with a path. */
export type AddressKind = 'bare' | 'path';

/** The kind of a text as `modelText` gives it. */
export function toAddressKind(text: string): AddressKind {
  return text.includes('/') ? 'path' : 'bare';
}

/** How the parts' log odds become one score: log odds = bias + Σ weight × log odds of the part. */
export interface Stack {
  bias: number;
  weights: { encoder: number; linear: number; bag: number };
}

/** What `calibration.json` holds. Fitted on `valid` by `ml/training/url/stack.py`. */
export interface Calibration {
  model_version: string;
  /** of a host alone and of an address with a path, see `toAddressKind` */
  stack: Record<AddressKind, Stack>;
  /** of the tables over hashed features, see `loadNgrams` */
  ngram: NgramSettings;
  /** share of malicious URLs in the stream for which `risk` is stated */
  prior: number;
  /** on `risk` */
  thresholds: { dangerous: number; caution: number };
}

/** Throws when the file is missing, is not JSON, or lacks a number. */
export function readCalibration(modelDir: string): Calibration {
  const read = JSON.parse(readFileSync(join(modelDir, 'calibration.json'), 'utf8')) as Calibration;
  const { stack, ngram, thresholds } = read;
  const numbers = [
    ...[stack?.bare, stack?.path].flatMap((kind) => [
      ...[kind?.bias, kind?.weights?.encoder, kind?.weights?.linear, kind?.weights?.bag],
    ]),
    ...[ngram?.linear?.scale, ngram?.linear?.bias, ngram?.bag?.scale, ngram?.bag?.bias],
    ...[read.prior, thresholds?.dangerous, thresholds?.caution],
  ];
  if (typeof read.model_version !== 'string' || !numbers.every(Number.isFinite)) {
    throw new Error(`${modelDir}/calibration.json is incomplete`);
  }
  return read;
}

export function toProbability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

export function toLogOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
