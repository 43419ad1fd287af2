/** Runs the models on a thread of their own: onnxruntime-node computes on the thread that calls it. */

import { parentPort } from 'node:worker_threads';
import { collectV8Garbage } from './gc.ts';
import { loadExtractor } from './text/extractor.ts';
import { loadScorer } from './url/scorer.ts';

/** Options, input and output of each model. */
export interface Models {
  url: { options: { modelDir: string; threads: number }; input: readonly string[]; output: Float64Array };
  text: {
    options: { folder: string };
    input: readonly string[];
    output: { vectors: Float32Array; dimensions: number };
  };
}
export type ModelName = keyof Models;
type Run<M extends ModelName> = (input: Models[M]['input']) => Promise<Models[M]['output']>;

export type ThreadRequest = { id: number; model: ModelName } & (
  | { load: Models[ModelName]['options'] }
  | { input: Models[ModelName]['input'] }
);
export type ThreadReply = { id: number } & ({ output: unknown } | { error: string });

const LOADERS: { [M in ModelName]: (options: Models[M]['options']) => Promise<Run<M>> } = {
  url: async ({ modelDir, threads }) => (await loadScorer(modelDir, threads)).score,
  text: ({ folder }) => loadExtractor(folder),
};

/** Garbage is collected after a model was loaded or after this many requests, once no request came for IDLE_MS. */
const COLLECT_EVERY = 64;
const IDLE_MS = 1000;

const port = parentPort;
if (!port) throw new Error('ml/model-thread-main is to be started as a worker thread');
const models = new Map<ModelName, Run<ModelName>>();
let requestCount = 0;
let idleTimer: NodeJS.Timeout | undefined;

port.on('message', async (request: ThreadRequest | 'close') => {
  clearTimeout(idleTimer);
  if (request === 'close') return port.close();
  const { id, model } = request;
  try {
    port.postMessage({ id, output: await handleRequest(request) } satisfies ThreadReply);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, error: `the ${model} model failed: ${message}` } satisfies ThreadReply);
  }
  requestCount += 'load' in request ? COLLECT_EVERY : 1;
  if (requestCount >= COLLECT_EVERY) idleTimer = setTimeout(collectWhenIdle, IDLE_MS).unref();
});

async function handleRequest(request: ThreadRequest): Promise<unknown> {
  const { model } = request;
  if ('load' in request) {
    models.set(model, (await LOADERS[model](request.load as never)) as Run<ModelName>);
    return null;
  }
  const run = models.get(model);
  if (!run) throw new Error('it is not loaded');
  return run(request.input);
}

function collectWhenIdle(): void {
  requestCount = 0;
  collectV8Garbage();
}
