import type { Clock } from '../../core/context.ts';

export interface AccessToken {
  value: string;
  /** Unix milliseconds from which on it is not used */
  until: number;
}

/** A token that is made when it is first needed, kept while it is good, and made once for all who wait for it. */
export class CachedAccessToken {
  readonly #make: () => Promise<AccessToken>;
  readonly #clock: Clock;
  #asked: Promise<AccessToken> | null = null;

  constructor(clock: Clock, make: () => Promise<AccessToken>) {
    this.#clock = clock;
    this.#make = make;
  }

  /** The token, and never one that the other side has `refused`. Throws what making one throws. */
  async get(refused?: string): Promise<string> {
    const asked = this.#asked;
    const had = await asked?.catch(() => null);
    if (had && had.until > this.#clock.now() && had.value !== refused) return had.value;
    // Whoever finds it stale first has it made anew.
    if (this.#asked === asked) this.#asked = this.#make();
    return (await (this.#asked as Promise<AccessToken>)).value;
  }
}
