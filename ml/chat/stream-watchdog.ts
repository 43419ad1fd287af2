import type { FallbackReason } from './generation-error.ts';

/** Watches a stream with one timer at a time. On a timeout it ends the request and sets `fired`. */
export class StreamWatchdog {
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

  /** Ends the request after this time, whatever comes until then. */
  startDeadline(ms: number | undefined): NodeJS.Timeout | undefined {
    if (ms === undefined) return undefined;
    return setTimeout(() => {
      this.timeoutReason ??= 'late';
      this.stop.abort();
    }, ms);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
