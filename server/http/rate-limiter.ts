import { eq, sql } from 'drizzle-orm';
import { type Db, preparedStatements, rate_limits } from '../../db/index.ts';
import { getRateLimit } from '../../routers/accounts/config/runtime-config.ts';
import type { Caller, Clock, ResponseMeta } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { RATES, type Rate, type RateRule } from '../../routers/core/rate-limits.ts';

/** Its end is past, or further ahead than that of any window: the clock was set back since. */
const isWindowOver = sql`(${rate_limits.window_ends_at} <= ${sql.placeholder('now')} or ${rate_limits.window_ends_at} > ${sql.placeholder('maxWindowEnd')})`;
/**
 * Fixed windows in the database: they survive a restart and hold for every process that shares it. Two statements of
 * our own instead of a library's, because it is on every request's path and its clock is the context's.
 */
const statements = preparedStatements((db) => ({
  /** Answers the row when there was enough left, and nothing when there was not. */
  take: db
    .insert(rate_limits)
    .values({
      key: sql.placeholder('key'),
      window_ends_at: sql.placeholder('ends'),
      spent: sql.placeholder('cost'),
    })
    .onConflictDoUpdate({
      target: rate_limits.key,
      set: {
        window_ends_at: sql`iif(${isWindowOver}, excluded.window_ends_at, ${rate_limits.window_ends_at})`,
        spent: sql`iif(${isWindowOver}, excluded.spent, ${rate_limits.spent} + excluded.spent)`,
      },
      setWhere: sql`${isWindowOver} or ${rate_limits.spent} + excluded.spent <= ${sql.placeholder('limit')}`,
    })
    .returning({ window_ends_at: rate_limits.window_ends_at, spent: rate_limits.spent })
    .prepare(),
  read: db
    .select()
    .from(rate_limits)
    .where(eq(rate_limits.key, sql.placeholder('key')))
    .prepare(),
}));

export interface RateLimitSubject {
  db: Db;
  clock: Clock;
  auth: { caller: Caller };
  address: string;
  response: ResponseMeta;
}

/**
 * Counts `cost` calls against a rate limit. Throws RATE_LIMIT_EXCEEDED, with the seconds to wait, when less is left. A
 * call that costs more than the limit (a batch of 100 scans at 60 a minute) is accepted in an unused window, and the
 * window then lasts `cost / limit` times as long.
 */
export function consumeRateLimit(
  subject: RateLimitSubject,
  rate: Rate,
  cost = 1,
  explicitKey?: string,
): void {
  const now = subject.clock.now();
  const limit = getRateLimit(subject.db, now, rate);
  const { seconds, maxCost = 1 }: RateRule = RATES[rate];
  const key = `${rate}:${toKey(subject, rate, explicitKey)}`;
  const maxWindowEnd = now + seconds * 1000 * Math.ceil(Math.max(cost, maxCost) / limit);
  const ends = now + seconds * 1000 * Math.ceil(cost / limit);
  const taken = statements(subject.db).take.get({ key, ends, cost, now, limit, maxWindowEnd });
  const row = taken ?? statements(subject.db).read.get({ key });
  const reset = Math.max(1, Math.ceil(((row?.window_ends_at ?? ends) - now) / 1000));
  const left = Math.max(0, limit - (row?.spent ?? 0));
  subject.response.headers.push(
    ['ratelimit-limit', String(limit)],
    ['ratelimit-remaining', String(taken ? left : 0)],
    ['ratelimit-reset', String(reset)],
  );
  if (taken) return;
  throw new ApiError('RATE_LIMIT_EXCEEDED', { retry_after: reset });
}

function toKey(
  { auth: { caller }, address }: RateLimitSubject,
  rate: Rate,
  explicitKey: string | undefined,
): string {
  const { keyBy } = RATES[rate];
  if (keyBy === 'explicit') return `account:${explicitKey}`;
  if (keyBy === 'address' || caller.kind === 'system') return `address:${address}`;
  if (caller.kind === 'key') return `key:${caller.key_id}`;
  return caller.principal_id === null ? `address:${address}` : `principal:${caller.principal_id}`;
}
