import { type ModelThread, openModelThread, ThreadDiedError } from '../model-thread.ts';
import { readCalibration, toLogOdds, toProbability } from './calibration.ts';

export interface UrlScore {
  /** log odds of `probability` */
  logit: number;
  /** that the URL is malicious, calibrated on a stream of which half is (the mix of `valid`) */
  probability: number;
  /** the same moved to the prior of the model card: dangerous is exactly `risk` ≥ 0.5 */
  risk: number;
}

export interface ModelInfo {
  model_version: string;
  /** on `risk`; `dangerous` is 0.5 */
  thresholds: { dangerous: number; caution: number };
}

export interface UrlClassifier {
  readonly info: ModelInfo;
  /**
   * Takes canonical URLs; scores come back in the same order. A thread that dies is started again and asked once more.
   * Rejects when the model fails.
   */
  classify(hrefs: readonly string[]): Promise<UrlScore[]>;
  /** true while the worker answers */
  healthy(): boolean;
  close(): Promise<void>;
}

/** One run of the model. Durations are milliseconds. */
export interface ModelRun {
  urls: number;
  took: number;
  /** how long each call that went along had waited for it */
  waited: number[];
}

export interface ClassifierOptions {
  /** folder with `config.json`, `tokenizer.json`, `ngram.bin`, `bag.bin`, `onnx/model_fp16.onnx`, `calibration.json` */
  modelDir: string;
  /** where it runs, closed with it; a new one unless given */
  thread?: ModelThread;
  /** hears of every death of a new thread; it is started again by itself */
  onError?: (error: Error) => void;
  /**
   * What hears why the model cannot be loaded. With it, a classifier without its model is one that rejects, and that
   * works once the files are whole; without it there is none.
   */
  onMissing?: (error: unknown) => void;
  /** hears of every run of the model */
  onRun?: (run: ModelRun) => void;
  /** of onnxruntime; a second one costs more processor time than it saves */
  threads?: number;
}

/** Calls that wait together go in one run of at most so many URLs, unless one call alone has more. */
const URLS_PER_RUN = 128;

interface Call {
  hrefs: readonly string[];
  came: number;
  resolve(scores: UrlScore[]): void;
  reject(error: unknown): void;
}

/** Of a model that has never been loaded; no verdict is of that version. */
const MISSING: ModelInfo = { model_version: 'missing', thresholds: { dangerous: 0.5, caution: 0.5 } };

/** Loads the model in its thread; rejects when that fails, unless `onMissing` is given. */
export async function startClassifier(options: ClassifierOptions): Promise<UrlClassifier> {
  const { modelDir, onRun = () => {}, threads = 1 } = options;
  const thread = options.thread ?? openModelThread(options.onError);
  let info = MISSING;
  let shift = 0;
  const loaded = () => {
    const { model_version, thresholds, prior } = readCalibration(modelDir);
    info = { model_version, thresholds };
    shift = toLogOdds(prior);
  };
  await load(thread, { modelDir, threads }, loaded, options.onMissing);
  const queue: Call[] = [];
  let busy = false;

  const scored = (logit: number): UrlScore => ({
    logit,
    probability: toProbability(logit),
    risk: toProbability(logit + shift),
  });

  const ask = (hrefs: readonly string[]) => thread.ask('url', hrefs);

  const nextRun = (): Call[] => {
    const calls = queue.splice(0, 1);
    let size = calls[0]!.hrefs.length;
    while (queue[0] && size + queue[0].hrefs.length <= URLS_PER_RUN) {
      size += queue[0].hrefs.length;
      calls.push(queue.shift()!);
    }
    return calls;
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const calls = nextRun();
      const began = performance.now();
      try {
        const hrefs = calls.flatMap((call) => call.hrefs);
        const logits = await ask(hrefs).catch((error) => {
          if (error instanceof ThreadDiedError) return ask(hrefs);
          throw error;
        });
        const waited = calls.map(({ came }) => began - came);
        onRun({ urls: logits.length, took: performance.now() - began, waited });
        let at = 0;
        for (const call of calls) {
          call.resolve(Array.from(logits.subarray(at, at + call.hrefs.length), scored));
          at += call.hrefs.length;
        }
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    busy = false;
  };

  return {
    get info() {
      return info;
    },
    classify(hrefs) {
      if (hrefs.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        queue.push({ hrefs, came: performance.now(), resolve, reject });
        if (busy) return;
        busy = true;
        // what arrives in the same turn of the event loop goes along
        setImmediate(() => void work());
      });
    },
    healthy: () => thread.healthy('url'),
    close: () => thread.close(),
  };
}

/** Has the thread load the model. `loaded` hears of it, each time. */
async function load(
  thread: ModelThread,
  options: { modelDir: string; threads: number },
  loaded: () => void,
  onMissing: ClassifierOptions['onMissing'],
): Promise<void> {
  if (onMissing) {
    const error = await thread.keep('url', options, loaded);
    if (error) onMissing(error);
    return;
  }
  try {
    loaded();
    await thread.load('url', options);
  } catch (error) {
    await thread.close();
    throw error;
  }
}
