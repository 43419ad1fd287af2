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

/** What both threads see: two numbers of any size, and two flags. */
export interface SharedProgress {
  /** how much is done, and of how much; 0 when that is not known */
  amounts: Float64Array;
  flags: Int32Array;
}
export const FLAGS = { stop: 0, isRunning: 1 } as const;

/** Until the thread has cleared the bar. */
const MAX_STOP_MS = 1000;

/**
 * A progress bar on standard error for work that takes more than a second. A thread draws it, so that it moves while
 * this one copies or checks a database. Where standard error is no terminal it shows nothing.
 */
export function createProgress(label: string, isTerminal = process.stderr.isTTY === true): Progress {
  if (!isTerminal) return { update: () => {}, stage: () => {}, stop: () => {} };
  const amounts = new Float64Array(new SharedArrayBuffer(16));
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const shared: SharedProgress = { amounts, flags };
  const thread: Worker = spawnThread(import.meta.url, 'progress-thread', { shared, label });
  // Work goes on without its bar.
  thread.on('error', () => {});
  thread.unref();
  return {
    update(done, total) {
      amounts.set([done, total]);
    },
    stage(newLabel, growing) {
      amounts.set([0, 0]);
      thread.postMessage({ label: newLabel, growing });
    },
    stop() {
      Atomics.store(flags, FLAGS.stop, 1);
      Atomics.notify(flags, FLAGS.stop);
      if (Atomics.load(flags, FLAGS.isRunning) === 1) Atomics.wait(flags, FLAGS.isRunning, 1, MAX_STOP_MS);
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
