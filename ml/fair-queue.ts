/** More work is waiting than the queue takes, of one caller or of all. */
export class QueueFullError extends Error {}

/** Work waiting for one caller, and for all. */
const MAX_WAITING_OF_KEY = 16;
const MAX_WAITING = 256;

/**
 * Runs one piece of work at a time, and takes turns among those who wait: who has a thousand pieces delays everyone else
 * by one.
 *
 * @example
 * const queue = new FairQueue();
 * await queue.run('user:3', () => classify(urls));
 */
export class FairQueue {
  /** by key, in the order of turns */
  readonly #waiting = new Map<string, (() => void)[]>();
  #total = 0;
  #isBusy = false;

  /** Throws QueueFullError. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) await this.#wait(key);
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#startNext();
    }
  }

  #wait(key: string): Promise<void> {
    const own = this.#waiting.get(key) ?? [];
    if (own.length >= MAX_WAITING_OF_KEY || this.#total >= MAX_WAITING) throw new QueueFullError();
    this.#waiting.set(key, own);
    this.#total++;
    return new Promise((resolve) => own.push(resolve));
  }

  #startNext(): void {
    const next = this.#waiting.entries().next().value;
    if (!next) {
      this.#isBusy = false;
      return;
    }
    const [key, own] = next;
    const start = own.shift();
    this.#total--;
    // The others come first before this key has its next turn.
    this.#waiting.delete(key);
    if (own.length > 0) this.#waiting.set(key, own);
    start?.();
  }
}
