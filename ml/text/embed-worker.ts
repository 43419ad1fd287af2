/** Runs an embedding model on its own thread: onnxruntime-node computes on the thread that calls it. */

import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { env, pipeline } from '@huggingface/transformers';

export interface EmbedQuestion {
  id: number;
  texts: readonly string[];
}
export type EmbedAnswer =
  | { ready: true; dimensions: number }
  | { failed: string }
  | { id: number; vectors: Float32Array; dimensions: number }
  | { id: number; error: string };

/** Texts go through the model this many at a time, so that a long list does not need memory for all of it. */
const BATCH = 32;

const port = parentPort;
if (!port) throw new Error('ml/text/embed-worker is to be started as a worker thread');
const reply = (answer: EmbedAnswer): void => port.postMessage(answer);
const { folder } = workerData as { folder: string };

env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
env.cacheDir = tmpdir();

const pooling = poolingOf(folder);
const extract = await load();

async function load() {
  try {
    return await pipeline('feature-extraction', basename(folder), {
      dtype: existsSync(join(folder, 'onnx/model_quantized.onnx')) ? 'q8' : 'fp32',
      device: 'cpu',
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    });
  } catch (error) {
    reply({ failed: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

async function embed(texts: readonly string[]): Promise<{ vectors: Float32Array; dimensions: number }> {
  let vectors = new Float32Array(0);
  let dimensions = 0;
  for (let at = 0; at < texts.length; at += BATCH) {
    const some = texts.slice(at, at + BATCH).map((text) => text.trim() || ' ');
    const tensor = await extract(some, { pooling, normalize: true });
    dimensions = tensor.dims.at(-1) ?? 0;
    if (vectors.length === 0) vectors = new Float32Array(texts.length * dimensions);
    vectors.set(
      (tensor.data as Float32Array).map((x) => (Number.isFinite(x) ? x : 0)),
      at * dimensions,
    );
  }
  return { vectors, dimensions };
}

/** Sentence-transformers folders say how tokens become one vector; mean is what most use. */
function poolingOf(model: string): 'mean' | 'cls' {
  try {
    const said = JSON.parse(readFileSync(join(model, '1_Pooling/config.json'), 'utf8'));
    return said.pooling_mode_cls_token === true ? 'cls' : 'mean';
  } catch {
    return 'mean';
  }
}

port.on('message', async (message: EmbedQuestion | 'close') => {
  if (message === 'close') return port.close();
  const { id, texts } = message;
  try {
    reply({ id, ...(await embed(texts)) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
reply({ ready: true, dimensions: (await embed(['.'])).dimensions });
