import { type ModelThread, openModelThread, ThreadDiedError } from '../model-thread.ts';
import { readCalibration, toLogOdds, toProbability } from './calibration.ts';

export interface UrlScore {
  /** the log odds of `probability` */
  logit: number;
  /** probability that the URL is malicious; stated for a prior of one half, like that of `valid`, which calibrated it */
  probability: number;
  /** the same probability at the prior of the model card; dangerous is exactly `risk` ≥ `thresholds.dangerous` */
  risk: number;
}

export interface ModelInfo {
  model_version: string;
  /** compared with `risk` */
  thresholds: { dangerous: number; caution: number };
}

export interface UrlClassifier {
  readonly info: ModelInfo;
  /**
   * Scores canonical URLs; the scores are in the same order. If the thread dies, it is restarted and the call is
   * repeated once. Rejects when the model fails.
   */
  classify(hrefs: readonly string[]): Promise<UrlScore[]>;
  /** Whether the model is loaded and its thread runs. */
  isHealthy(): boolean;
  close(): Promise<void>;
}

/** One run of the model. Durations are milliseconds. */
export interface ModelRun {
  urls: number;
  duration: number;
  /** how long each call of this run was in the queue */
  waits: number[];
}

export interface ClassifierOptions {
  /**
   * folder with `ngram.bin`, `bag.bin` and `calibration.json`, and unless the model has no encoder `config.json`,
   * `tokenizer.json` and `onnx/model_fp16.onnx`
   */
  modelDir: string;
  /** The thread to run the model on, which `close` ends; a new thread by default. */
  thread?: ModelThread;
  /** Called each time a thread that this classifier started dies. It is restarted automatically. */
  onError?: (error: Error) => void;
  /**
   * Called when the model cannot be loaded at the start. `startClassifier` then resolves all the same: loading is tried
   * again until it succeeds, and `classify` rejects meanwhile. Without this callback `startClassifier` rejects.
   */
  onLoadError?: (error: unknown) => void;
  /** Called after each run of the model. */
  onRun?: (run: ModelRun) => void;
  /** Threads of onnxruntime; a second thread costs more processor time than it saves. */
  threads?: number;
}

/** Calls in the queue share a run of at most this many URLs. A call with more URLs has a run of its own. */
const MAX_URLS_PER_RUN = 128;

interface QueuedCall {
  hrefs: readonly string[];
  queuedAt: number;
  resolve(scores: UrlScore[]): void;
  reject(error: unknown): void;
}

/** What `info` holds until a model has been loaded. No verdict has this version. */
const NO_MODEL: ModelInfo = { model_version: 'missing', thresholds: { dangerous: 0.5, caution: 0.5 } };

/** Loads the model in its thread. Rejects when that fails, unless `onLoadError` is given. */
export async function startClassifier(options: ClassifierOptions): Promise<UrlClassifier> {
  const { modelDir, onRun = () => {}, threads = 1 } = options;
  const thread = options.thread ?? openModelThread(options.onError);
  let info = NO_MODEL;
  // A logit is stated for a prior of one half; the sum of both is the log odds at the prior of the model card.
  let priorLogOdds = 0;
  const applyCalibration = () => {
    const { model_version, thresholds, prior } = readCalibration(modelDir);
    info = { model_version, thresholds };
    priorLogOdds = toLogOdds(prior);
  };
  await loadModel(thread, { modelDir, threads }, applyCalibration, options.onLoadError);
  const queue: QueuedCall[] = [];
  let isRunning = false;

  const toScore = (logit: number): UrlScore => ({
    logit,
    probability: toProbability(logit),
    risk: toProbability(logit + priorLogOdds),
  });

  const ask = (hrefs: readonly string[]) => thread.ask('url', hrefs);

  const nextRun = (): QueuedCall[] => {
    const calls = queue.splice(0, 1);
    let size = calls[0]!.hrefs.length;
    while (queue[0] && size + queue[0].hrefs.length <= MAX_URLS_PER_RUN) {
      size += queue[0].hrefs.length;
      calls.push(queue.shift()!);
    }
    return calls;
  };

  const runQueue = async (): Promise<void> => {
    while (queue.length > 0) {
      const calls = nextRun();
      const startedAt = performance.now();
      try {
        const hrefs = calls.flatMap((call) => call.hrefs);
        const logits = await ask(hrefs).catch((error) => {
          if (error instanceof ThreadDiedError) return ask(hrefs);
          throw error;
        });
        const waits = calls.map(({ queuedAt }) => startedAt - queuedAt);
        onRun({ urls: logits.length, duration: performance.now() - startedAt, waits });
        let offset = 0;
        for (const call of calls) {
          call.resolve(Array.from(logits.subarray(offset, offset + call.hrefs.length), toScore));
          offset += call.hrefs.length;
        }
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    isRunning = false;
  };

  return {
    get info() {
      return info;
    },
    classify(hrefs) {
      if (hrefs.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        queue.push({ hrefs, queuedAt: performance.now(), resolve, reject });
        if (isRunning) return;
        isRunning = true;
        // Calls of the same turn of the event loop share this run.
        setImmediate(() => void runQueue());
      });
    },
    isHealthy: () => thread.isHealthy('url'),
    close: () => thread.close(),
  };
}

/** Loads the model in the thread. `applyCalibration` is called each time it has been loaded. */
async function loadModel(
  thread: ModelThread,
  options: { modelDir: string; threads: number },
  applyCalibration: () => void,
  onLoadError: ClassifierOptions['onLoadError'],
): Promise<void> {
  if (onLoadError) {
    const error = await thread.loadWithRetry('url', options, applyCalibration);
    if (error) onLoadError(error);
    return;
  }
  try {
    applyCalibration();
    await thread.load('url', options);
  } catch (error) {
    await thread.close();
    throw error;
  }
}
