/** How often an operation may be called, and which calls count together. */
export interface RateRule {
  limit: number;
  seconds: number;
  /**
   * `caller`: calls of one user, key or guest, or of one address without a cookie. `address`: calls of one address.
   * `explicit`: calls with the same key, which the verb passes to `consume`.
   */
  keyBy: 'caller' | 'address' | 'explicit';
  /** the highest cost of one call; default 1 */
  maxCost?: number;
}

/** Every rate limit. An operation names one in its meta; the others use `general`. */
export const RATES = {
  general: { limit: 600, seconds: 60, keyBy: 'caller' },
  scan: { limit: 60, seconds: 60, keyBy: 'caller', maxCost: 100 },
  /** URLs that are found in diffs and traces */
  found_urls: { limit: 2000, seconds: 60, keyBy: 'caller', maxCost: 1000 },
  chat: { limit: 30, seconds: 60, keyBy: 'caller' },
  login: { limit: 5, seconds: 300, keyBy: 'address' },
  login_account: { limit: 5, seconds: 300, keyBy: 'explicit' },
  device_authorize: { limit: 60, seconds: 300, keyBy: 'address' },
  /** user codes: a limit per address, and one for all addresses together against guesses from many of them */
  device_guess: { limit: 10, seconds: 300, keyBy: 'address' },
  device_guesses: { limit: 1200, seconds: 600, keyBy: 'explicit' },
  export: { limit: 10, seconds: 600, keyBy: 'caller' },
  register: { limit: 10, seconds: 3600, keyBy: 'caller' },
} as const satisfies Record<string, RateRule>;

export type Rate = keyof typeof RATES;
