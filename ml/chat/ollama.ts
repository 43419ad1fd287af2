import { Ollama } from 'ollama';
import {
  type FallbackReason,
  findHttpStatus,
  GenerationError,
  toGenerationError,
} from './generation-error.ts';
import { StreamWatchdog } from './stream-watchdog.ts';

export interface LanguageModelOptions {
  /** `http://127.0.0.1:11434` */
  host: string;
  model: string;
  /** Milliseconds until the first piece, including loading the model. */
  firstTokenMs: number;
  /** Milliseconds between two pieces. */
  idleMs: number;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Options in which a request differs from a chat. */
export interface GenerateOptions {
  /** JSON schema of the answer */
  format?: object;
  answerTokens?: number;
  /** 0 always takes the most probable word. */
  temperature?: number;
  /** Milliseconds for the whole answer, with the time in the queue and for loading the model. */
  deadlineMs?: number | undefined;
  /** An answer that the limit of tokens cut, or that repeats itself, is an error then. */
  rejectsCut?: boolean;
}

/** `resting`: the circuit breaker keeps callers from waiting for it. */
export type ModelState = 'ready' | 'model_missing' | 'unreachable' | 'resting';

/**
 * Enough for the longest prompt and its answer, and the same for every request: Ollama loads a model again for another
 * size. A server's default may truncate the prompt silently.
 */
const CONTEXT_TOKENS = 16_384;
const ANSWER_TOKENS = 400;
const KEEP_ALIVE = '10m';
const KEEP_ALIVE_MS = 10 * 60_000;
/** After this many failures in a row the model is left alone for a while. */
const MAX_FAILURES = 2;
const REST_MS = 60_000;
/** Failures of the server. What a model says wrong is no reason to stop asking it. */
const SERVER_FAILURES: readonly FallbackReason[] = [
  'unreachable',
  'model_missing',
  'first_token_timeout',
  'idle_timeout',
  'late',
  'error',
  'cut',
];
/** The same line this often in a row is a loop. */
const MAX_SAME_LINES = 3;
const PROBE_TIMEOUT_MS = 1500;
const PROBE_INTERVAL_MS = 10_000;
/** Maximum callers in the queue; further ones get an answer without the model. */
const MAX_QUEUED = 4;

/** A model that Ollama serves, used by one caller at a time. */
export class LanguageModel {
  readonly options: LanguageModelOptions;
  private readonly queue: (() => void)[] = [];
  private isBusy = false;
  private cachedState: { state: ModelState; until: number } | null = null;
  private failures = 0;
  private restsUntil = 0;
  private loading: Promise<void> | null = null;
  private usedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LanguageModelOptions) {
    this.options = options;
  }

  /** Whether the server is reachable and has the model; cached for ten seconds. Never throws. */
  async state(): Promise<ModelState> {
    if (performance.now() < this.restsUntil) return 'resting';
    if (this.cachedState && performance.now() < this.cachedState.until) return this.cachedState.state;
    const state = await this.probe();
    this.cachedState = { state, until: performance.now() + PROBE_INTERVAL_MS };
    return state;
  }

  private async probe(): Promise<ModelState> {
    try {
      const { models } = await this.client(AbortSignal.timeout(PROBE_TIMEOUT_MS)).list();
      const { model } = this.options;
      const present = models.some(({ name }) => name === model || name === `${model}:latest`);
      return present ? 'ready' : 'model_missing';
    } catch {
      return 'unreachable';
    }
  }

  /**
   * Loads the model without a limit of time: to hang up would cancel the loading, and the next question would start it
   * anew. Never throws. Called at the start and after the server has unloaded the model.
   */
  warmUp(): Promise<void> {
    this.loading ??= this.client(new AbortController().signal)
      .generate({
        model: this.options.model,
        prompt: '',
        stream: false,
        keep_alive: KEEP_ALIVE,
        options: { num_ctx: CONTEXT_TOKENS },
      })
      .then(
        () => {
          this.usedAt = performance.now();
        },
        () => {},
      )
      .finally(() => {
        this.loading = null;
      });
    return this.loading;
  }

  /**
   * The answer in pieces. Throws GenerationError for any failure, at once while the circuit breaker is open, and the
   * signal's reason when the caller disconnects. The connection is always closed: `break` alone would leave it open.
   */
  async *chat(
    messages: ChatMessage[],
    signal?: AbortSignal,
    generateOptions: GenerateOptions = {},
  ): AsyncGenerator<string> {
    if (performance.now() < this.restsUntil) throw new GenerationError('breaker');
    const stop = new AbortController();
    const watchdog = new StreamWatchdog(stop);
    const deadline = watchdog.startDeadline(generateOptions.deadlineMs);
    const request = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let isAcquired = false;
    try {
      await this.acquire(request);
      isAcquired = true;
      watchdog.expect(this.options.firstTokenMs, 'first_token_timeout');
      await this.waitForLoading(request);
      watchdog.expect(this.options.firstTokenMs, 'first_token_timeout');
      yield* this.readStream(messages, request, generateOptions, watchdog);
      this.failures = 0;
      this.usedAt = performance.now();
    } catch (error) {
      signal?.throwIfAborted();
      throw this.countFailure(
        watchdog.timeoutReason ? new GenerationError(watchdog.timeoutReason) : toGenerationError(error),
      );
    } finally {
      clearTimeout(deadline);
      watchdog.end();
      stop.abort();
      if (isAcquired) this.release();
    }
  }

  private async *readStream(
    messages: ChatMessage[],
    request: AbortSignal,
    generateOptions: GenerateOptions,
    watchdog: StreamWatchdog,
  ): AsyncGenerator<string> {
    const { rejectsCut = false } = generateOptions;
    let text = '';
    let isCut = false;
    for await (const part of await this.open(messages, request, generateOptions)) {
      watchdog.expect(this.options.idleMs, 'idle_timeout');
      text += part.message.content;
      isCut ||= part.done && part.done_reason === 'length';
      if (rejectsCut && isLoop(text)) throw new GenerationError('repetition');
      if (part.message.content !== '') yield part.message.content;
    }
    if (text.length === 0) throw new GenerationError('empty');
    if (rejectsCut && isCut) throw new GenerationError('incomplete', 'the limit of tokens cut it');
  }

  /** Waits for a model that is loading, or that the server has unloaded since its last use. */
  private async waitForLoading(signal: AbortSignal): Promise<void> {
    const isUnloaded =
      this.usedAt !== Number.NEGATIVE_INFINITY && performance.now() - this.usedAt > KEEP_ALIVE_MS;
    const loading = isUnloaded ? this.warmUp() : this.loading;
    if (!loading) return;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      void loading.then(resolve);
    });
  }

  private countFailure(error: GenerationError): GenerationError {
    if (!SERVER_FAILURES.includes(error.reason)) return error;
    this.failures++;
    if (this.failures >= MAX_FAILURES) this.restsUntil = performance.now() + REST_MS;
    return error;
  }

  private async open(messages: ChatMessage[], signal: AbortSignal, generateOptions: GenerateOptions) {
    const { model } = this.options;
    const options = {
      num_ctx: CONTEXT_TOKENS,
      num_predict: generateOptions.answerTokens ?? ANSWER_TOKENS,
      temperature: generateOptions.temperature ?? 0.2,
    };
    const format = generateOptions.format ? { format: generateOptions.format } : {};
    const request = { model, messages, stream: true as const, keep_alive: KEEP_ALIVE, options, ...format };
    try {
      return await this.client(signal).chat({ ...request, think: false });
    } catch (error) {
      // A model without reasoning may reject the option that switches reasoning off.
      if (findHttpStatus(error) === 400) return await this.client(signal).chat(request);
      throw error;
    }
  }

  /** A client per request, since the package's own `abort()` has no effect before the first byte. */
  private client(signal: AbortSignal): Ollama {
    return new Ollama({
      host: this.options.host,
      fetch: (input, init) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    });
  }

  private async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.isBusy) {
      this.isBusy = true;
      return;
    }
    if (this.queue.length >= MAX_QUEUED) throw new GenerationError('busy', 'too many are waiting');
    await new Promise<void>((resolve, reject) => {
      const settle = (settleCall: () => void) => () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        const position = this.queue.indexOf(enterNow);
        if (position >= 0) this.queue.splice(position, 1);
        settleCall();
      };
      const enterNow = settle(resolve);
      const onAbort = settle(() => reject(signal?.reason));
      const timer = setTimeout(
        settle(() => reject(new GenerationError('busy', 'the line did not move'))),
        this.options.firstTokenMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.queue.push(enterNow);
    });
  }

  /** Gives the model to the next caller in the queue, or releases it. */
  private release(): void {
    const next = this.queue[0];
    if (next) next();
    else this.isBusy = false;
  }
}

/** Whether a text says the same line again and again. */
function isLoop(text: string): boolean {
  const lines = text.split(/(?<=[.!?])\s+|\n+/).filter((line) => line.trim().length > 8);
  const last = lines.at(-2);
  return last !== undefined && lines.filter((line) => line.trim() === last.trim()).length >= MAX_SAME_LINES;
}
