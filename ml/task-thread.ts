import type { Worker } from 'node:worker_threads';
import { FairQueue } from './fair-queue.ts';
import { spawnThread } from './spawn-thread.ts';
import type { TaskReply, TaskRequest } from './task-thread-main.ts';

/** Milliseconds that a task may take. Megabytes of ordinary text take a few seconds. */
const DEADLINE_MS = 20_000;
/** Milliseconds in which the thread starts and loads the module of a task. */
const START_MS = 60_000;
/** MiB of the thread's heap. */
const MAX_HEAP = 128;
/** Inputs up to this many characters are worked on at once: that takes less than the way to the thread. */
export const MAX_INLINE_CHARS = 8_000;

/** The task took more time or memory than it may. */
export class TaskLimitError extends Error {}

/** A function that a module exports under its own name. Input and output are copied between threads. */
export interface ThreadTask<Input, Output> {
  /** the module's `import.meta.url` */
  module: string;
  run: (input: Input) => Output | Promise<Output>;
}

/** What the thread works on. */
interface Current {
  id: number;
  resolve(output: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Runs what takes long for texts that callers send, such as parsing a diff, on a thread with a deadline and a limit of
 * memory. It works on one task at a time, and callers take turns. The thread starts at the first large input, and again
 * after it was ended.
 */
export class TaskThread {
  readonly #queue = new FairQueue();
  readonly #deadline_ms: number;
  #worker: Worker | null = null;
  #current: Current | null = null;
  #lastId = 0;

  constructor(deadline_ms = DEADLINE_MS) {
    this.#deadline_ms = deadline_ms;
  }

  /**
   * The output of a task. `size` is how many characters its input has, `caller` whose turn it is. Throws TaskLimitError,
   * QueueFullError, and what the task throws.
   */
  async run<Input, Output>(
    task: ThreadTask<Input, Output>,
    input: Input,
    { size, caller }: { size: number; caller: string },
  ): Promise<Output> {
    if (size <= MAX_INLINE_CHARS) return task.run(input);
    return this.#queue.run(caller, () => this.#runOnThread(task, input));
  }

  /** Ends the thread, if it runs. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #runOnThread<Input, Output>({ module, run }: ThreadTask<Input, Output>, input: Input): Promise<Output> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise<Output>((resolve, reject) => {
      const timer = this.#limit(worker, START_MS);
      this.#current = { id, resolve: resolve as Current['resolve'], reject, timer };
      worker.ref();
      worker.postMessage({ id, module, name: run.name, input } satisfies TaskRequest);
    });
  }

  #limit(worker: Worker, ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#end(worker, new TaskLimitError('the task took too long'));
      void worker.terminate();
    }, ms);
  }

  #start(): Worker {
    const worker = spawnThread(import.meta.url, 'task-thread-main', undefined, MAX_HEAP);
    worker.on('message', (reply: TaskReply) => {
      const current = this.#current;
      if (current?.id !== reply.id) return;
      clearTimeout(current.timer);
      if ('started' in reply) {
        current.timer = this.#limit(worker, this.#deadline_ms);
        return;
      }
      this.#current = null;
      // An idle thread does not keep the process alive.
      worker.unref();
      if ('error' in reply) current.reject(new Error(reply.error));
      else current.resolve(reply.output);
    });
    worker.on('error', (error: Error & { code?: string }) => {
      const isLimit = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#end(worker, isLimit ? new TaskLimitError('the task took too much memory') : error);
    });
    worker.on('exit', (code) => this.#end(worker, new Error(`the task thread ended with code ${code}`)));
    return worker;
  }

  #end(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const current = this.#current;
    this.#current = null;
    clearTimeout(current?.timer);
    current?.reject(error);
  }
}
