import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NgramSettings } from './ngram.ts';

/** `bare` is a host without a path. Each part of the model is less accurate for it than for an address with a path. */
export type AddressKind = 'bare' | 'path';

/** The kind of a text that `modelText` returned. */
export function toAddressKind(text: string): AddressKind {
  return text.includes('/') ? 'path' : 'bare';
}

/**
 * Combines the scores of the parts: log odds = bias + Σ weight × log odds of the part. The encoder's weight is 0 in a
 * model without one.
 */
export interface Stack {
  bias: number;
  weights: { encoder: number; linear: number; bag: number };
}

/** The content of `calibration.json`. `ml/training/url/stack.py` fits it on `valid`. */
export interface Calibration {
  model_version: string;
  /** for a host alone and for an address with a path, see `toAddressKind` */
  stack: Record<AddressKind, Stack>;
  /** for the tables of hashed features, see `loadNgrams` */
  ngram: NgramSettings;
  /** share of malicious URLs for which `risk` is stated */
  prior: number;
  /** compared with `risk` */
  thresholds: { dangerous: number; caution: number };
}

/** Throws when the file is missing, is not JSON, or lacks a number. */
export function readCalibration(modelDir: string): Calibration {
  const calibration = JSON.parse(readFileSync(join(modelDir, 'calibration.json'), 'utf8')) as Calibration;
  const { stack, ngram, thresholds } = calibration;
  const numbers = [
    ...[stack?.bare, stack?.path].flatMap((kind) => [
      ...[kind?.bias, kind?.weights?.encoder, kind?.weights?.linear, kind?.weights?.bag],
    ]),
    ...[ngram?.linear?.scale, ngram?.linear?.bias, ngram?.bag?.scale, ngram?.bag?.bias],
    ...[calibration.prior, thresholds?.dangerous, thresholds?.caution],
  ];
  if (typeof calibration.model_version !== 'string' || !numbers.every(Number.isFinite)) {
    throw new Error(`${modelDir}/calibration.json is incomplete`);
  }
  return calibration;
}

export function toProbability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

export function toLogOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
