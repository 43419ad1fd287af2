import type { Clock } from '../../core/context.ts';

export interface AccessToken {
  value: string;
  /** Unix milliseconds from which on it is not used */
  expires_at: number;
}

/** A token that is made when it is first needed, kept while it is good, and made once for all who wait for it. */
export class CachedAccessToken {
  readonly #issue: () => Promise<AccessToken>;
  readonly #clock: Clock;
  #pending: Promise<AccessToken> | null = null;

  constructor(clock: Clock, make: () => Promise<AccessToken>) {
    this.#clock = clock;
    this.#issue = make;
  }

  /** The token, and never one that the other side has `refused`. Throws what making one throws. */
  async get(refused?: string): Promise<string> {
    const asked = this.#pending;
    const had = await asked?.catch(() => null);
    if (had && had.expires_at > this.#clock.now() && had.value !== refused) return had.value;
    // Whoever finds it stale first has it made anew.
    if (this.#pending === asked) this.#pending = this.#issue();
    return (await (this.#pending as Promise<AccessToken>)).value;
  }
}
