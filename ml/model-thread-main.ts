/** Runs the models on a thread of their own: onnxruntime-node computes on the thread that calls it. */

import { parentPort } from 'node:worker_threads';
import { freeLeftovers } from './gc.ts';
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

export type Question = { id: number; model: ModelName } & (
  | { load: Models[ModelName]['options'] }
  | { input: Models[ModelName]['input'] }
);
export type Answer = { id: number } & ({ output: unknown } | { error: string });

const LOADERS: { [M in ModelName]: (options: Models[M]['options']) => Promise<Run<M>> } = {
  url: async ({ modelDir, threads }) => (await loadScorer(modelDir, threads)).score,
  text: ({ folder }) => loadExtractor(folder),
};

/** After loading or so many questions, and then none for a while, what they left behind is freed. */
const MANY = 64;
const QUIET_MS = 1000;

const port = parentPort;
if (!port) throw new Error('ml/thread-worker is to be started as a worker thread');
const loaded = new Map<ModelName, Run<ModelName>>();
let asked = 0;
let resting: NodeJS.Timeout | undefined;

port.on('message', async (question: Question | 'close') => {
  clearTimeout(resting);
  if (question === 'close') return port.close();
  const { id, model } = question;
  try {
    port.postMessage({ id, output: await answer(question) } satisfies Answer);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, error: `the ${model} model failed: ${told}` } satisfies Answer);
  }
  asked += 'load' in question ? MANY : 1;
  if (asked >= MANY) resting = setTimeout(rest, QUIET_MS).unref();
});

async function answer(question: Question): Promise<unknown> {
  const { model } = question;
  if ('load' in question) {
    loaded.set(model, (await LOADERS[model](question.load as never)) as Run<ModelName>);
    return null;
  }
  const run = loaded.get(model);
  if (!run) throw new Error('it is not loaded');
  return run(question.input);
}

function rest(): void {
  asked = 0;
  freeLeftovers();
}
