/** How often an operation may be called, and who is counted together. */
export interface RateRule {
  points: number;
  seconds: number;
  /** `caller`: the user, key or guest, or the address of those without a cookie. `address`: always the address. */
  by: 'caller' | 'address' | 'account';
  /** what one call may cost; 1 unless said */
  most?: number;
}

/** Every rate limit of the product. An operation names one in its meta; those that name none use `general`. */
export const RATES = {
  general: { points: 600, seconds: 60, by: 'caller' },
  scan: { points: 60, seconds: 60, by: 'caller', most: 100 },
  chat: { points: 30, seconds: 60, by: 'caller' },
  login: { points: 5, seconds: 300, by: 'address' },
  login_account: { points: 5, seconds: 300, by: 'account' },
  device_authorize: { points: 60, seconds: 300, by: 'address' },
  /** codes that people type: per address, and of everyone together, so that many addresses guess no better than one */
  device_guess: { points: 10, seconds: 300, by: 'address' },
  device_guesses: { points: 1200, seconds: 600, by: 'account' },
  export: { points: 10, seconds: 600, by: 'caller' },
  register: { points: 10, seconds: 3600, by: 'caller' },
} as const satisfies Record<string, RateRule>;

export type Rate = keyof typeof RATES;
