import type { Worker } from 'node:worker_threads';
import type { ModelName, Models, ThreadReply, ThreadRequest } from './model-thread-main.ts';
import { spawnThread } from './spawn-thread.ts';

/** A question that takes longer than this means that the thread hangs; 128 URLs take about 0.1 s. */
const REPLY_TIMEOUT_MS = 30_000;
const GRACE_MS = 2_000;
/** Until a model that could not be loaded is tried again: its files may be back. */
const RETRY_MS = 5_000;

/** The thread ended, or was ended because it hung, before it answered: the question itself may be a good one. */
export class ThreadDiedError extends Error {}

/** The thread that runs the models: started again when it dies, with the models it had. */
export interface ModelThread {
  /** Loads a model. Rejects when that fails; then the thread is without it. */
  load<M extends ModelName>(model: M, options: Models[M]['options']): Promise<void>;
  /**
   * The same for a model that is not given up: one that cannot be loaded is tried again until it can. `onReady` hears
   * each time it has been loaded. Resolves after the first try, with what it failed with.
   */
  keep<M extends ModelName>(model: M, options: Models[M]['options'], onReady: () => void): Promise<unknown>;
  /** Rejects when the model fails, or the thread dies or hangs meanwhile. */
  ask<M extends ModelName>(model: M, input: Models[M]['input']): Promise<Models[M]['output']>;
  /** true while the model is loaded and the thread lives */
  healthy(model: ModelName): boolean;
  close(): Promise<void>;
}

interface Running {
  worker: Worker;
  /** the models that are loaded or loading */
  models: Map<ModelName, { ready: Promise<unknown>; isReady: boolean }>;
}
interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** `onError` hears of every death that was not asked for. An idle thread does not keep the process alive. */
export function openModelThread(
  onError: (error: Error) => void = () => {},
  retryMs: number = RETRY_MS,
): ModelThread {
  const wanted = new Map<ModelName, { options: Models[ModelName]['options']; onReady?: () => void }>();
  const waiting = new Map<number, Waiting>();
  let running: Running | undefined;
  let closed = false;
  let lastId = 0;

  const settle = (worker: Worker, id: number): Waiting | undefined => {
    const call = waiting.get(id);
    if (call) clearTimeout(call.timer);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return call;
  };

  const start = (): Running => {
    const worker = spawnThread(import.meta.url, 'model-thread-main');
    worker.unref();
    const mine: Running = { worker, models: new Map() };
    worker.on('message', (answer: ThreadReply) => {
      const call = settle(worker, answer.id);
      if ('error' in answer) call?.reject(new Error(answer.error));
      else call?.resolve(answer.output);
    });
    const died = (cause: unknown, message: string) => {
      if (running !== mine) return;
      const error = new ThreadDiedError(message, { cause });
      running = undefined;
      for (const id of [...waiting.keys()]) settle(worker, id)?.reject(error);
      if (closed) return;
      onError(error);
      // one whose models never got ready would fail again at once
      if ([...mine.models.values()].some(({ isReady }) => isReady)) alive();
      else later(() => running ?? alive());
    };
    worker.once('error', (error) => died(error, `the models' thread failed: ${error.message}`));
    worker.once('exit', (code) => died(undefined, `the models' thread ended with code ${code}`));
    return mine;
  };

  const later = (act: () => void) => void setTimeout(() => closed || act(), retryMs).unref();

  const send = ({ worker }: Running, question: Omit<ThreadRequest, 'id'>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => void worker.terminate(), REPLY_TIMEOUT_MS);
      waiting.set(id, { resolve, reject, timer });
      worker.ref();
      worker.postMessage({ ...question, id });
    });

  const loadInto = (into: Running, model: ModelName, options: Models[ModelName]['options']) => {
    const state = {
      ready: send(into, { model, load: options } as Omit<ThreadRequest, 'id'>),
      isReady: false,
    };
    into.models.set(model, state);
    state.ready.then(
      () => {
        state.isReady = true;
        wanted.get(model)?.onReady?.();
      },
      () =>
        later(() => {
          const again = wanted.get(model);
          if (again && running === into) void loadInto(into, model, again.options);
        }),
    );
    return state.ready;
  };

  /** The thread as it runs, or started anew with the models that are wanted. */
  const alive = (): Running => {
    if (closed) throw new Error('the models are closed');
    if (running) return running;
    running = start();
    for (const [model, { options }] of wanted) void loadInto(running, model, options);
    return running;
  };

  return {
    async load(model, options) {
      await loadInto(alive(), model, options);
      wanted.set(model, { options });
    },
    keep(model, options, onReady) {
      wanted.set(model, { options, onReady });
      const thread = running ? loadInto(running, model, options) : alive().models.get(model)?.ready;
      return Promise.resolve(thread).then(
        () => undefined,
        (error: unknown) => error,
      );
    },
    async ask<M extends ModelName>(model: M, input: Models[M]['input']) {
      const thread = alive();
      await thread.models.get(model)?.ready;
      return send(thread, { model, input } as Omit<ThreadRequest, 'id'>) as Promise<Models[M]['output']>;
    },
    healthy: (model) => running?.models.get(model)?.isReady === true,
    async close() {
      if (closed) return;
      closed = true;
      const worker = running?.worker;
      if (!worker) return;
      // ending a thread in the middle of a native call can take the process along, so it is asked to leave
      worker.ref();
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage('close');
      const timer = setTimeout(() => void worker.terminate(), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
