import type { Worker } from 'node:worker_threads';
import type { ModelName, Models, ThreadReply, ThreadRequest } from './model-thread-main.ts';
import { spawnThread } from './spawn-thread.ts';

/** A request that takes longer is taken for a hanging thread, which is terminated; 128 URLs take about 0.1 s. */
const REPLY_TIMEOUT_MS = 30_000;
/** Time to exit before the thread is terminated. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Time until loading a model is tried again. */
const RETRY_MS = 5_000;

/** The thread ended before it answered. The same request may succeed on the next thread. */
export class ThreadDiedError extends Error {}

/** A worker thread that runs the models. When it dies, it is restarted and its models are loaded again. */
export interface ModelThread {
  /** Loads a model once. Rejects when that fails. */
  load<M extends ModelName>(model: M, options: Models[M]['options']): Promise<void>;
  /**
   * Loads a model, and tries again until that succeeds. `onReady` is called each time it has been loaded. Resolves
   * after the first try: with its error, or with undefined when it succeeded.
   */
  loadWithRetry<M extends ModelName>(
    model: M,
    options: Models[M]['options'],
    onReady: () => void,
  ): Promise<unknown>;
  /** Runs a model. Rejects when the model fails, and with ThreadDiedError when the thread dies or hangs. */
  ask<M extends ModelName>(model: M, input: Models[M]['input']): Promise<Models[M]['output']>;
  /** Whether the model is loaded and the thread runs. */
  isHealthy(model: ModelName): boolean;
  /** Resolves when the thread has ended, at every call. */
  close(): Promise<void>;
}

interface RunningThread {
  worker: Worker;
  /** the models that are loaded or loading */
  models: Map<ModelName, { ready: Promise<unknown>; isReady: boolean }>;
}
interface PendingCall {
  resolve(output: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Opens a thread, which starts at the first use. `onError` is called each time it dies before `close`. An idle thread
 * does not keep the process alive.
 */
export function openModelThread(
  onError: (error: Error) => void = () => {},
  retryMs: number = RETRY_MS,
): ModelThread {
  const requestedModels = new Map<
    ModelName,
    { options: Models[ModelName]['options']; onReady?: () => void }
  >();
  const pendingCalls = new Map<number, PendingCall>();
  let running: RunningThread | undefined;
  let isClosed = false;
  let closing: Promise<void> | undefined;
  let lastId = 0;

  const takeCall = (worker: Worker, id: number): PendingCall | undefined => {
    const call = pendingCalls.get(id);
    if (call) clearTimeout(call.timer);
    pendingCalls.delete(id);
    if (pendingCalls.size === 0) worker.unref();
    return call;
  };

  const start = (): RunningThread => {
    const worker = spawnThread(import.meta.url, 'model-thread-main');
    worker.unref();
    const thread: RunningThread = { worker, models: new Map() };
    worker.on('message', (reply: ThreadReply) => {
      const call = takeCall(worker, reply.id);
      if ('error' in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.output);
    });
    const onDeath = (cause: unknown, message: string) => {
      if (running !== thread) return;
      const error = new ThreadDiedError(message, { cause });
      running = undefined;
      for (const id of [...pendingCalls.keys()]) takeCall(worker, id)?.reject(error);
      if (isClosed) return;
      onError(error);
      // A thread that died before any model was loaded would probably die again at once.
      if ([...thread.models.values()].some(({ isReady }) => isReady)) ensureThread();
      else retryLater(() => running ?? ensureThread());
    };
    worker.once('error', (error) => onDeath(error, `the models' thread failed: ${error.message}`));
    worker.once('exit', (code) => onDeath(undefined, `the models' thread ended with code ${code}`));
    return thread;
  };

  const retryLater = (retry: () => void) => void setTimeout(() => isClosed || retry(), retryMs).unref();

  const sendRequest = ({ worker }: RunningThread, request: Omit<ThreadRequest, 'id'>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => void worker.terminate(), REPLY_TIMEOUT_MS);
      pendingCalls.set(id, { resolve, reject, timer });
      worker.ref();
      worker.postMessage({ ...request, id });
    });

  const loadInto = (thread: RunningThread, model: ModelName, options: Models[ModelName]['options']) => {
    const state = {
      ready: sendRequest(thread, { model, load: options } as Omit<ThreadRequest, 'id'>),
      isReady: false,
    };
    thread.models.set(model, state);
    state.ready.then(
      () => {
        state.isReady = true;
        requestedModels.get(model)?.onReady?.();
      },
      () =>
        retryLater(() => {
          const request = requestedModels.get(model);
          if (request && running === thread) void loadInto(thread, model, request.options);
        }),
    );
    return state.ready;
  };

  /** The running thread. If there is none, starts one and loads the requested models. */
  const ensureThread = (): RunningThread => {
    if (isClosed) throw new Error('the models are closed');
    if (running) return running;
    running = start();
    for (const [model, { options }] of requestedModels) void loadInto(running, model, options);
    return running;
  };

  return {
    async load(model, options) {
      // Registered after the load: a model that is registered is tried again, but here the caller gets the error.
      await loadInto(ensureThread(), model, options);
      requestedModels.set(model, { options });
    },
    loadWithRetry(model, options, onReady) {
      // Registered before the load, so that a failed load is tried again and a successful one calls `onReady`.
      requestedModels.set(model, { options, onReady });
      const loading = running ? loadInto(running, model, options) : ensureThread().models.get(model)?.ready;
      return Promise.resolve(loading).then(
        () => undefined,
        (error: unknown) => error,
      );
    },
    async ask<M extends ModelName>(model: M, input: Models[M]['input']) {
      const thread = ensureThread();
      await thread.models.get(model)?.ready;
      return sendRequest(thread, { model, input } as Omit<ThreadRequest, 'id'>) as Promise<
        Models[M]['output']
      >;
    },
    isHealthy: (model) => running?.models.get(model)?.isReady === true,
    close() {
      closing ??= closeThread();
      return closing;
    },
  };

  async function closeThread(): Promise<void> {
    isClosed = true;
    const worker = running?.worker;
    if (!worker) return;
    // Terminating a thread during a native call can crash the process, so the thread is asked to exit first.
    worker.ref();
    const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close');
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await exit;
    clearTimeout(timer);
  }
}
