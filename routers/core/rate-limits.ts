/** How often an operation may be called, and who is counted together. */
export interface RateRule {
  limit: number;
  seconds: number;
  /** `caller`: the user, key or guest, or the address of those without a cookie. `address`: always the address. `custom`: what the call names. */
  keyBy: 'caller' | 'address' | 'custom';
  /** what one call may cost; 1 unless said */
  maxCost?: number;
}

/** Every rate limit of the product. An operation names one in its meta; those that name none use `general`. */
export const RATES = {
  general: { limit: 600, seconds: 60, keyBy: 'caller' },
  scan: { limit: 60, seconds: 60, keyBy: 'caller', maxCost: 100 },
  chat: { limit: 30, seconds: 60, keyBy: 'caller' },
  login: { limit: 5, seconds: 300, keyBy: 'address' },
  login_account: { limit: 5, seconds: 300, keyBy: 'custom' },
  device_authorize: { limit: 60, seconds: 300, keyBy: 'address' },
  /** codes that people type: per address, and of everyone together, so that many addresses guess no better than one */
  device_guess: { limit: 10, seconds: 300, keyBy: 'address' },
  device_guesses: { limit: 1200, seconds: 600, keyBy: 'custom' },
  export: { limit: 10, seconds: 600, keyBy: 'caller' },
  register: { limit: 10, seconds: 3600, keyBy: 'caller' },
} as const satisfies Record<string, RateRule>;

export type Rate = keyof typeof RATES;
