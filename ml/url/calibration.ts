import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `calibration.json` holds: how the parts' logits become one score. Fitted on `valid` by the training scripts. */
export interface Calibration {
  model_version: string;
  /** log odds = bias + Σ weight × part, over the parts named */
  stack: { bias: number; weights: Record<string, number> };
  /** share of malicious URLs in the stream for which `risk` is stated */
  prior: number;
  /** on `risk` */
  thresholds: { dangerous: number; caution: number };
}

/** Throws when the file is missing, is not JSON, or lacks a number. */
export function readCalibration(modelDir: string): Calibration {
  const read = JSON.parse(readFileSync(join(modelDir, 'calibration.json'), 'utf8')) as Calibration;
  const numbers = [read.stack?.bias, read.prior, read.thresholds?.dangerous, read.thresholds?.caution];
  if (typeof read.model_version !== 'string' || !numbers.every(Number.isFinite)) {
    throw new Error(`${modelDir}/calibration.json is incomplete`);
  }
  return read;
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

export function logOddsOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}
