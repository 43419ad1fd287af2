/** Reads the labelled messages and their facts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageFeatures } from '../../message/features.ts';
import type { LinkVerdict } from '../../message/links.ts';
import { factNames, type MessageFacts, readMessage } from '../../message/read.ts';
import { findLinks } from '../../text/links.ts';
import type { LinkVerdicts } from './link-verdicts.ts';
import type { TrainingRow } from './softmax.ts';

export type MessageLabel = 'normal' | 'spam' | 'smishing';

export interface LabelledMessage {
  text: string;
  lang: 'ko' | 'en';
  label: MessageLabel;
  kind?: string;
  source: string;
}

export const MESSAGE_LABELS: readonly MessageLabel[] = ['normal', 'spam', 'smishing'];

/** Rows of `<folder>/<name>.jsonl`. */
export function readLabelled(folder: string, name: string): LabelledMessage[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as LabelledMessage);
}

const UNJUDGED: LinkVerdict = { verdict: 'caution', risk_score: 0.3 };

/** The facts of a text, with the known verdicts. */
export function readLabelledFacts(text: string, verdicts: LinkVerdicts): Promise<MessageFacts> {
  return readMessage({ text }, { findLinks, judgeUrl: (url) => verdicts.get(url) ?? UNJUDGED });
}

/** A row for the fit: all families as one list of rows and values. */
export function toTrainingRow(facts: MessageFacts, label: MessageLabel, weight: number): TrainingRow {
  const families = messageFeatures(facts.message.text, factNames(facts));
  const rows: number[] = [];
  const values: number[] = [];
  for (const family of families) {
    const value = 1 / Math.sqrt(Math.max(1, family.rows.length));
    for (const row of family.rows) {
      rows.push(row);
      values.push(value);
    }
  }
  return {
    rows: Uint32Array.from(rows),
    values: Float32Array.from(values),
    label: MESSAGE_LABELS.indexOf(label) as 0 | 1 | 2,
    weight,
  };
}
