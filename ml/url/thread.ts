import type { Worker } from 'node:worker_threads';
import { spawnThread } from '../spawn.ts';
import type { Answer, Question, WorkerOptions } from './worker.ts';

/** A batch that takes longer than this means that the worker hangs; 128 URLs take about 0.1 s. */
const ANSWER_WITHIN_MS = 30_000;
const GRACE_MS = 2_000;

/** The worker thread: asked in batches, started again when it dies. */
export interface ModelThread {
  /** Log odds of each URL, in order. Rejects when the model fails, or the thread dies or hangs meanwhile. */
  ask(hrefs: readonly string[]): Promise<Float64Array>;
  healthy(): boolean;
  close(): Promise<void>;
}

interface Running {
  worker: Worker;
  ready: Promise<void>;
  isReady: boolean;
}
interface Waiting {
  resolve(scores: Float64Array): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** Rejects when the model cannot be loaded. `onError` hears of every death that was not asked for. */
export async function startThread(
  options: WorkerOptions,
  onError: (error: Error) => void,
): Promise<ModelThread> {
  const waiting = new Map<number, Waiting>();
  let running: Running | undefined;
  let closed = false;
  let lastId = 0;

  const settle = (id: number): Waiting | undefined => {
    const call = waiting.get(id);
    if (call) clearTimeout(call.timer);
    waiting.delete(id);
    return call;
  };

  const start = (): Running => {
    const worker = spawnThread(import.meta.url, 'worker', options);
    let fail: (error: Error) => void = () => {};
    const ready = new Promise<void>((resolve, reject) => {
      fail = reject;
      worker.on('message', (answer: Answer) => {
        if ('ready' in answer) {
          mine.isReady = true;
          resolve();
        } else if ('scores' in answer) settle(answer.id)?.resolve(answer.scores);
        else settle(answer.id)?.reject(new Error(`the URL model failed: ${answer.error}`));
      });
    });
    const mine: Running = { worker, ready, isReady: false };
    const died = (error: Error) => {
      if (running !== mine) return;
      running = undefined;
      fail(error);
      for (const id of [...waiting.keys()]) settle(id)?.reject(error);
      if (closed) return;
      onError(error);
      // one that never got ready would fail again at once: the next call tries
      if (mine.isReady) running = start();
    };
    ready.catch(() => {});
    worker.once('error', died);
    worker.once('exit', (code) => died(new Error(`the URL model's thread ended with code ${code}`)));
    return mine;
  };

  running = start();
  await running.ready;

  return {
    async ask(hrefs) {
      if (closed) throw new Error('the URL classifier is closed');
      running ??= start();
      const { worker, ready } = running;
      await ready;
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => void worker.terminate(), ANSWER_WITHIN_MS);
        waiting.set(id, { resolve, reject, timer });
        worker.postMessage({ id, hrefs } satisfies Question);
      });
    },
    healthy: () => running?.isReady === true,
    async close() {
      if (closed) return;
      closed = true;
      const worker = running?.worker;
      if (!worker) return;
      // ending a thread in the middle of a native call can take the process along, so it is asked to leave
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage('close');
      const timer = setTimeout(() => void worker.terminate(), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
