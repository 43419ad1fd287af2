import { readCalibration, toAddressKind } from './calibration.ts';
import { loadEncoder } from './encoder.ts';
import { loadNgrams } from './ngram.ts';
import { modelText } from './text.ts';

/** The whole model, on the calling thread. */
export interface Scorer {
  /** The calibrated log odds (malicious, half of the data being malicious) of each canonical URL, in order. */
  score(hrefs: readonly string[]): Promise<Float64Array>;
}

/** Rejects when a file of the folder is missing or invalid. */
export async function loadScorer(modelDir: string, threads = 1): Promise<Scorer> {
  const { stack, ngram } = readCalibration(modelDir);
  const hasEncoder = stack.bare.weights.encoder !== 0 || stack.path.weights.encoder !== 0;
  const ngrams = loadNgrams(modelDir, ngram);
  const encoder = hasEncoder ? await loadEncoder(modelDir, threads) : null;
  return {
    async score(hrefs) {
      const texts = hrefs.map(modelText);
      const encoderLogits = (await encoder?.logits(texts)) ?? new Float64Array(texts.length);
      return encoderLogits.map((logit, i) => {
        const { linear, bag } = ngrams.logits(texts[i]!);
        const { bias, weights } = stack[toAddressKind(texts[i]!)];
        return bias + weights.encoder * logit + weights.linear * linear + weights.bag * bag;
      });
    },
  };
}
