/** How often an operation may be called, and which calls count together. */
export interface RateRule {
  limit: number;
  seconds: number;
  /**
   * `caller`: the user, key or guest, or the address of those without a cookie; and ten times as wide, the address of
   * everyone. `address`: the address. `explicit`: calls with the same key, which the verb passes to
   * `consume`.
   */
  keyBy: 'caller' | 'address' | 'explicit';
  /** the highest cost of one call; default 1 */
  maxCost?: number;
  /** Counted in memory and written now and then, so that reading writes nothing; others are written at once. */
  inMemory?: true;
}

/** How much wider the limit of an address is than that of one caller: people share addresses. */
export const ADDRESS_FACTOR = 10;

/** Every rate limit of the product. An operation names one in its meta; those that name none use `general`. */
export const RATES = {
  general: { limit: 600, seconds: 60, keyBy: 'caller', inMemory: true },
  scan: { limit: 60, seconds: 60, keyBy: 'caller', maxCost: 100, inMemory: true },
  /** URLs that are found in diffs and traces */
  found_urls: { limit: 2000, seconds: 60, keyBy: 'caller', maxCost: 1000, inMemory: true },
  chat: { limit: 30, seconds: 60, keyBy: 'caller', inMemory: true },
  export: { limit: 10, seconds: 600, keyBy: 'caller', inMemory: true },
  /** new guests: each has limits of its own, so making them is limited */
  guest: { limit: 600, seconds: 3600, keyBy: 'address' },
  /** failed logins: per address; per account and address; per account from all addresses that never logged in to it */
  login: { limit: 50, seconds: 300, keyBy: 'address' },
  login_account: { limit: 5, seconds: 300, keyBy: 'explicit' },
  login_unknown_address: { limit: 50, seconds: 300, keyBy: 'explicit' },
  device_authorize: { limit: 60, seconds: 300, keyBy: 'address' },
  /** guesses of codes that people type */
  device_guess: { limit: 10, seconds: 300, keyBy: 'address' },
  /** API keys that a user makes: each leaves an entry in the audit log */
  create_key: { limit: 60, seconds: 3600, keyBy: 'caller' },
  register: { limit: 10, seconds: 3600, keyBy: 'address' },
} as const satisfies Record<string, RateRule>;

export type Rate = keyof typeof RATES;
