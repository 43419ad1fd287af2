import type { Worker } from 'node:worker_threads';
import type { OnStage } from '../../db/index.ts';
import { spawnThread } from '../../ml/spawn-thread.ts';

export interface Progress {
  update(done: number, total: number): void;
  /** Names what is done now; the size of a growing file shows how far it is. */
  stage: OnStage;
  /** Clears the bar. */
  stop(): void;
}

/** What the thread that draws reads: 32-bit integers that both threads see. */
export const PROGRESS_FIELDS = { done: 0, total: 1, stop: 2, isRunning: 3 } as const;

/** Until the thread has cleared the bar. */
const MAX_STOP_MS = 1000;

/**
 * A progress bar on standard error for work that takes more than a second. A thread draws it, so that it moves while
 * this one copies or checks a database. Where standard error is no terminal it shows nothing.
 */
export function createProgress(label: string, isTerminal = process.stderr.isTTY === true): Progress {
  if (!isTerminal) return { update: () => {}, stage: () => {}, stop: () => {} };
  const { done, total, stop, isRunning } = PROGRESS_FIELDS;
  const shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(PROGRESS_FIELDS).length));
  const thread: Worker = spawnThread(import.meta.url, 'progress-thread', { shared, label });
  // Work goes on without its bar.
  thread.on('error', () => {});
  thread.unref();
  return {
    update(newDone, newTotal) {
      shared[done] = newDone;
      shared[total] = newTotal;
    },
    stage(newLabel, growing) {
      shared[done] = 0;
      shared[total] = 0;
      thread.postMessage({ label: newLabel, growing });
    },
    stop() {
      Atomics.store(shared, stop, 1);
      Atomics.notify(shared, stop);
      if (Atomics.load(shared, isRunning) === 1) Atomics.wait(shared, isRunning, 1, MAX_STOP_MS);
      void thread.terminate();
    },
  };
}

/** A bar that begins with the first update, and ends with the one that says that all is done. */
export function createLateProgress(label: string): Progress['update'] {
  let progress: Progress | null = null;
  return (done, total) => {
    progress ??= createProgress(label);
    progress.update(done, total);
    if (done < total) return;
    progress.stop();
    progress = null;
  };
}
