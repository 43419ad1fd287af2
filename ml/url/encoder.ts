import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { AutoModelForSequenceClassification, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

const MAX_TOKENS = 96;
/** A run costs by the square of its longest row, so rows of similar length are grouped, in small groups. */
const ROWS_PER_RUN = 32;

/** The transformer of the model: a BERT with two labels. */
export interface Encoder {
  /** The malicious minus the benign logit of each text (see `modelText`), in order. Throws errors of onnxruntime. */
  logits(texts: readonly string[]): Promise<Float64Array>;
}

/**
 * Loads the tokenizer and the 16-bit weights from a local folder (`config.json`, `tokenizer.json`,
 * `onnx/model_fp16.onnx`), never from the network. Rejects with the name of a missing file.
 */
export async function loadEncoder(modelDir: string, threads = 1): Promise<Encoder> {
  const folder = resolve(modelDir);
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  // The default cache is inside node_modules, which may be read-only.
  env.cacheDir = join(tmpdir(), 'flashscan-models');
  const name = basename(folder);
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModelForSequenceClassification.from_pretrained(name, {
    dtype: 'fp16',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const sep = tokenizer.sep_token_id;
  if (sep === undefined) throw new Error(`${modelDir}: the tokenizer has no [SEP]`);

  /** The library's own truncation drops the closing [SEP], which every training row had. */
  const encode = (text: string): number[] => {
    const ids = tokenizer.encode(text);
    return ids.length <= MAX_TOKENS ? ids : [...ids.slice(0, MAX_TOKENS - 1), sep];
  };

  const run = async (rows: readonly number[][]): Promise<Float32Array> => {
    const width = Math.max(...rows.map((ids) => ids.length));
    const size = rows.length * width;
    const ids = new BigInt64Array(size);
    const mask = new BigInt64Array(size);
    rows.forEach((row, r) => {
      row.forEach((id, c) => {
        ids[r * width + c] = BigInt(id);
        mask[r * width + c] = 1n;
      });
    });
    const shape = [rows.length, width];
    const { logits } = await model({
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', mask, shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(size), shape),
    });
    return logits.data;
  };

  return {
    async logits(texts) {
      const rows = texts.map(encode);
      const order = rows.map((_, i) => i).sort((a, b) => rows[a]!.length - rows[b]!.length);
      const out = new Float64Array(texts.length);
      for (let start = 0; start < order.length; start += ROWS_PER_RUN) {
        const chunk = order.slice(start, start + ROWS_PER_RUN);
        const logitPairs = await run(chunk.map((i) => rows[i]!));
        chunk.forEach((i, r) => {
          out[i] = logitPairs[2 * r + 1]! - logitPairs[2 * r]!;
        });
      }
      return out;
    },
  };
}
