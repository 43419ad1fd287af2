import type { Clock } from '../../core/context.ts';

export interface AccessToken {
  value: string;
  /** Unix milliseconds after which it is not used */
  expires_at: number;
}

/** A token that is issued when it is first needed and cached until it expires. Concurrent calls share one request. */
export class CachedAccessToken {
  readonly #issue: () => Promise<AccessToken>;
  readonly #clock: Clock;
  #pending: Promise<AccessToken> | null = null;

  constructor(clock: Clock, issue: () => Promise<AccessToken>) {
    this.#clock = clock;
    this.#issue = issue;
  }

  /** The token, but not one that the platform has `rejected`. Throws the error of issuing it. */
  async get(rejectedToken?: string): Promise<string> {
    const pending = this.#pending;
    const cached = await pending?.catch(() => null);
    if (cached && cached.expires_at > this.#clock.now() && cached.value !== rejectedToken)
      return cached.value;
    // Only the first call that finds the token stale issues a new one.
    if (this.#pending === pending) this.#pending = this.#issue();
    return (await (this.#pending as Promise<AccessToken>)).value;
  }
}
