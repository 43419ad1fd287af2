import { Ollama } from 'ollama';

/** Why a language model's answer was replaced by the extractive one. */
export type FallbackReason =
  | 'unreachable'
  | 'model_missing'
  | 'busy'
  | 'first_token_timeout'
  | 'idle_timeout'
  | 'error'
  | 'cut'
  | 'empty'
  | 'leak'
  | 'policy'
  | 'language';

export class GenerationError extends Error {
  readonly reason: FallbackReason;

  constructor(reason: FallbackReason, detail = '') {
    super(detail === '' ? reason : `${reason}: ${detail}`);
    this.reason = reason;
  }
}

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
  contextTokens?: number;
  answerTokens?: number;
  /** 0 always takes the most probable word. */
  temperature?: number;
}

export type ModelState = 'ready' | 'model_missing' | 'unreachable';

/** Enough for the prompt and an answer. A server's default may truncate the prompt silently. */
const CONTEXT_TOKENS = 8192;
const ANSWER_TOKENS = 700;
const KEEP_ALIVE = '10m';
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

  constructor(options: LanguageModelOptions) {
    this.options = options;
  }

  /** Whether the server is reachable and has the model; cached for ten seconds. Never throws. */
  async state(): Promise<ModelState> {
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
   * The answer in pieces. Throws GenerationError for any failure, and the signal's reason when the caller
   * disconnects. The connection is always closed: `break` alone would leave it open.
   */
  async *chat(
    messages: ChatMessage[],
    signal?: AbortSignal,
    generateOptions: GenerateOptions = {},
  ): AsyncGenerator<string> {
    await this.acquire(signal);
    const stop = new AbortController();
    const watchdog = new StreamWatchdog(stop);
    try {
      watchdog.expect(this.options.firstTokenMs, 'first_token_timeout');
      const request = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      let length = 0;
      for await (const part of await this.open(messages, request, generateOptions)) {
        watchdog.expect(this.options.idleMs, 'idle_timeout');
        length += part.message.content.length;
        if (part.message.content !== '') yield part.message.content;
      }
      if (length === 0) throw new GenerationError('empty');
    } catch (error) {
      signal?.throwIfAborted();
      throw watchdog.timeoutReason ? new GenerationError(watchdog.timeoutReason) : toGenerationError(error);
    } finally {
      watchdog.end();
      stop.abort();
      this.release();
    }
  }

  private async open(messages: ChatMessage[], signal: AbortSignal, generateOptions: GenerateOptions) {
    const { model } = this.options;
    const options = {
      num_ctx: generateOptions.contextTokens ?? CONTEXT_TOKENS,
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

/** Watches a stream with one timer at a time. On a timeout it ends the request and sets `fired`. */
class StreamWatchdog {
  timeoutReason: FallbackReason | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly stop: AbortController;

  constructor(stop: AbortController) {
    this.stop = stop;
  }

  expect(ms: number, reason: FallbackReason): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timeoutReason = reason;
      this.stop.abort();
    }, ms);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

function findHttpStatus(error: unknown): number | null {
  const status = (error as { status_code?: unknown } | null)?.status_code;
  return typeof status === 'number' ? status : null;
}

function toGenerationError(error: unknown): GenerationError {
  if (error instanceof GenerationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const status = findHttpStatus(error);
  if (status === 404) return new GenerationError('model_missing', message);
  if (status === 503 || status === 429) return new GenerationError('busy', message);
  if (status !== null) return new GenerationError('error', message);
  if (/fetch failed|ECONNREFUSED/i.test(message)) return new GenerationError('unreachable', message);
  if (/^terminated$|other side closed|did not receive done/i.test(message))
    return new GenerationError('cut', message);
  return new GenerationError('error', message);
}
