/** Fits the shipped message model: selects and weights the rows, and quantizes the weights to int8. */

import type { MessageModelSettings } from '../../message/classifier.ts';
import { MESSAGE_ROW_BITS } from '../../message/features.ts';
import type { LinkVerdicts } from './link-verdicts.ts';
import { type LabelledMessage, readLabelledFacts, toTrainingRow } from './rows.ts';
import { fitSoftmax, type LinearModel, type TrainingRow } from './softmax.ts';

/** Chosen on `dev` and by cross-validation over `train` (CARD.md). */
const OPTIONS = { size: 1 << MESSAGE_ROW_BITS, passes: 15, rate: 0.3, decay: 1e-6, seed: 1 };

/** Labels from rules are noisy, and generated rows repeat few kinds of text. */
const SOURCE_WEIGHTS: Record<string, number> = {
  spamhunter_weak: 0.6,
  made: 1.5,
  written: 2,
  alimtalk_templates: 2,
};

export async function toTrainingRows(
  messages: readonly LabelledMessage[],
  verdicts: LinkVerdicts,
): Promise<TrainingRow[]> {
  const rows: TrainingRow[] = [];
  for (const { text, label, source } of messages) {
    const facts = await readLabelledFacts(text, verdicts);
    rows.push(toTrainingRow(facts, label, SOURCE_WEIGHTS[source] ?? 1));
  }
  return rows;
}

export function fitMessageModel(rows: readonly TrainingRow[]): LinearModel {
  return fitSoftmax(rows, OPTIONS);
}

/** The content of `model.json` and `weights.bin`. */
export function packModel({ weights, bias }: LinearModel): {
  settings: MessageModelSettings;
  weights: Buffer;
} {
  const [spam, smishing] = [quantize(weights[0]), quantize(weights[1])];
  return {
    settings: {
      model_version: 'message_ngram_v2',
      scale: { spam: spam.scale, smishing: smishing.scale },
      bias: { spam: bias[0], smishing: bias[1] },
    },
    weights: Buffer.concat([spam.bytes, smishing.bytes]),
  };
}

/** int8 q for each weight, worth sign(q) · scale · (q / 127)²; scale is the largest weight. */
function quantize(weights: Float32Array): { bytes: Buffer; scale: number } {
  let scale = 0;
  for (const weight of weights) scale = Math.max(scale, Math.abs(weight));
  const bytes = Int8Array.from(weights, (weight) => {
    const q = Math.round(127 * Math.sqrt(Math.abs(weight) / (scale || 1)));
    return weight < 0 ? -q : q;
  });
  return { bytes: Buffer.from(bytes.buffer), scale };
}
