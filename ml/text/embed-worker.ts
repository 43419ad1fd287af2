/** Runs an embedding model on its own thread: onnxruntime-node computes on the thread that calls it. */

import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { env, pipeline } from '@huggingface/transformers';
import { freeLeftovers } from '../garbage.ts';

export interface EmbedQuestion {
  id: number;
  texts: readonly string[];
}
export type EmbedAnswer =
  | { ready: true; dimensions: number }
  | { failed: string }
  | { id: number; vectors: Float32Array; dimensions: number }
  | { id: number; error: string };

/** Texts go through the model this many at a time: more is no faster on one core, and takes memory for all of them. */
const BATCH = 4;

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
      // onnxruntime's arena would keep what the longest text took for good
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, enableCpuMemArena: false },
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

/** An index is built from many texts, and then only questions come. */
const MANY = 64;
let resting: NodeJS.Timeout | undefined;

port.on('message', async (message: EmbedQuestion | 'close') => {
  clearTimeout(resting);
  if (message === 'close') return port.close();
  const { id, texts } = message;
  if (texts.length >= MANY) resting = setTimeout(freeLeftovers, 1000);
  try {
    reply({ id, ...(await embed(texts)) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
reply({ ready: true, dimensions: (await embed(['.'])).dimensions });
