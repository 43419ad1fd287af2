/** Runs the model on its own thread: onnxruntime-node computes on the thread that calls it. */

import { parentPort, workerData } from 'node:worker_threads';
import { loadScorer } from './scorer.ts';

export interface WorkerOptions {
  modelDir: string;
  threads: number;
}
export interface Question {
  id: number;
  hrefs: readonly string[];
}
export type Answer = { ready: true } | { id: number; scores: Float64Array } | { id: number; error: string };

const port = parentPort;
if (!port) throw new Error('ml/url/worker is to be started as a worker thread');
const { modelDir, threads } = workerData as WorkerOptions;
const scorer = await loadScorer(modelDir, threads);

port.on('message', async (message: Question | 'close') => {
  if (message === 'close') return port.close();
  const { id, hrefs } = message;
  try {
    port.postMessage({ id, scores: await scorer.score(hrefs) } satisfies Answer);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Answer);
  }
});
port.postMessage({ ready: true } satisfies Answer);
