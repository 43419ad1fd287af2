/** Runs the models on a thread of their own: onnxruntime-node computes on the thread that calls it. */

import { parentPort } from 'node:worker_threads';
import { collectV8Garbage } from './gc.ts';
import { loadExtractor } from './text/extractor.ts';
import { loadScorer } from './url/scorer.ts';

/** What each model is loaded with, takes and gives. */
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

/** After loading or so many questions, and then none for a while, what they left behind is freed. */
const COLLECT_EVERY = 64;
const IDLE_MS = 1000;

const port = parentPort;
if (!port) throw new Error('ml/model-thread-main is to be started as a worker thread');
const loaded = new Map<ModelName, Run<ModelName>>();
let requestCount = 0;
let idleTimer: NodeJS.Timeout | undefined;

port.on('message', async (question: ThreadRequest | 'close') => {
  clearTimeout(idleTimer);
  if (question === 'close') return port.close();
  const { id, model } = question;
  try {
    port.postMessage({ id, output: await handleQuestion(question) } satisfies ThreadReply);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, error: `the ${model} model failed: ${told}` } satisfies ThreadReply);
  }
  requestCount += 'load' in question ? COLLECT_EVERY : 1;
  if (requestCount >= COLLECT_EVERY) idleTimer = setTimeout(collectWhenIdle, IDLE_MS).unref();
});

async function handleQuestion(question: ThreadRequest): Promise<unknown> {
  const { model } = question;
  if ('load' in question) {
    loaded.set(model, (await LOADERS[model](question.load as never)) as Run<ModelName>);
    return null;
  }
  const run = loaded.get(model);
  if (!run) throw new Error('it is not loaded');
  return run(question.input);
}

function collectWhenIdle(): void {
  requestCount = 0;
  collectV8Garbage();
}
