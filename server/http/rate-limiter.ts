import { getRateLimit } from '../../routers/accounts/config/runtime-config.ts';
import { toAddressKey } from '../../routers/core/address.ts';
import type { Caller, Deps, Refund, ResponseMeta } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { ADDRESS_FACTOR, RATES, type Rate, type RateRule } from '../../routers/core/rate-limits.ts';
import { type Charge, refundStored, type Spending, spendStored } from './rate-windows.ts';
import { WindowsInMemory } from './windows-in-memory.ts';

export interface RateLimitSubject {
  /** as the request came: what it makes of a guest does not count for itself */
  caller: Caller;
  address: string;
  response: ResponseMeta;
}

/** Who is counted, and how much they may spend. */
type Bucket = Pick<Charge, 'key' | 'limit'>;

/** Counts calls against the limits of `RATES`, in fixed windows. */
export class RateLimiter {
  readonly #deps: Pick<Deps, 'db' | 'clock'>;
  readonly #memory: WindowsInMemory;

  constructor(deps: Pick<Deps, 'db' | 'clock'>) {
    this.#deps = deps;
    this.#memory = new WindowsInMemory(deps);
  }

  /**
   * Counts `cost` calls against a rate, and returns what takes them back. Throws RATE_LIMIT_EXCEEDED, with the seconds
   * to wait, when there is not that much left; then nothing is counted. One call that costs more than a whole window (a
   * batch of 100 scans at 60 a minute) is let into an unused window and makes it as many times longer.
   */
  consume(subject: RateLimitSubject, rate: Rate, cost = 1, explicitKey?: string): Refund {
    const { db, clock } = this.#deps;
    const { seconds, maxCost = 1, inMemory }: RateRule = RATES[rate];
    const now = clock.now();
    const buckets = toBuckets(subject, rate, getRateLimit(db, now, rate), explicitKey);
    const refunds: Refund[] = [];
    let tightest: Spending | undefined;
    for (const bucket of buckets) {
      const charge: Charge = { ...bucket, cost, maxCost, now, window_ms: seconds * 1000 };
      const spending = inMemory ? this.#memory.spend(charge) : spendStored(db, charge);
      if (!tightest || !spending.taken || spending.left < tightest.left) tightest = spending;
      if (!spending.taken) break;
      refunds.push(() => (inMemory ? this.#memory.refund(charge) : refundStored(db, charge)));
    }
    const refund = () => {
      for (const each of refunds) each();
    };
    if (!tightest) return refund;
    const reset = Math.max(1, Math.ceil((tightest.ends_at - now) / 1000));
    subject.response.headers.push(
      ['ratelimit-limit', String(tightest.limit)],
      ['ratelimit-remaining', String(tightest.taken ? tightest.left : 0)],
      ['ratelimit-reset', String(reset)],
    );
    if (tightest.taken) return refund;
    refund();
    throw new ApiError('RATE_LIMIT_EXCEEDED', { retry_after: reset });
  }
}

function toBuckets(
  { caller, address }: RateLimitSubject,
  rate: Rate,
  limit: number,
  explicitKey: string | undefined,
): Bucket[] {
  const { keyBy } = RATES[rate];
  if (keyBy === 'explicit') return [{ key: `${rate}:${explicitKey}`, limit }];
  const at = toAddressKey(address);
  if (keyBy === 'address') return [{ key: `${rate}:address:${at}`, limit }];
  const everyone = { key: `${rate}:all:${at}`, limit: limit * ADDRESS_FACTOR };
  return [{ key: `${rate}:${toCallerKey(caller, at)}`, limit }, everyone];
}

function toCallerKey(caller: Caller, address: string): string {
  if (caller.kind === 'key') return `key:${caller.key_id}`;
  if (caller.kind === 'system' || caller.principal_id === null) return `address:${address}`;
  return `principal:${caller.principal_id}`;
}
