import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NgramSettings } from './ngram.ts';

/** What `calibration.json` holds: how the parts' logits become one score. Fitted on `valid` by the training scripts. */
export interface Calibration {
  model_version: string;
  /** log odds = bias + Σ weight × log odds of the part */
  stack: { bias: number; weights: { encoder: number; linear: number; bag: number } };
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
    ...[stack?.bias, stack?.weights?.encoder, stack?.weights?.linear, stack?.weights?.bag],
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
