import { and, eq } from 'drizzle-orm';
import { idempotency_keys, transact } from '../../db/index.ts';
import { invalid } from './errors.ts';
import type { KeyContext } from './procedures.ts';

const IDEMPOTENCY_TTL_MS = 86_400_000;
const MAX_KEY_CHARS = 200;

/** How many calls of an operation a request has made: a batch has one header for all its calls. */
const calls = new WeakMap<object, Map<string, number>>();

/**
 * Runs `work` in one transaction. When the request carries an `Idempotency-Key` that this caller sent with this
 * operation within the last 24 hours, nothing runs and the first answer is given again. The answer is stored in the
 * transaction that made it, so a crash leaves both or neither; a `work` that throws leaves nothing, and may be tried
 * again. Throws INVALID_INPUT for a key over 200 characters.
 *
 * @example
 * const job = withIdempotencyKey(ctx, 'projects.createJob', () => queueJob(ctx, project, input));
 */
export function withIdempotencyKey<T extends object>(ctx: KeyContext, operation: string, work: () => T): T {
  const name = toStoredKey(ctx, operation);
  return transact(ctx.db, () => {
    if (!name) return work();
    const now = ctx.clock.now();
    const isSameKey = and(
      eq(idempotency_keys.principal_id, name.principal_id),
      eq(idempotency_keys.operation, name.operation),
      eq(idempotency_keys.key, name.key),
    );
    const storedCall = ctx.db.select().from(idempotency_keys).where(isSameKey).get();
    if (storedCall && storedCall.expires_at > now) {
      ctx.http?.response.headers.push(['idempotency-replayed', 'true']);
      return storedCall.answer as T;
    }
    const answer = work();
    const row = { answer, expires_at: now + IDEMPOTENCY_TTL_MS };
    ctx.db
      .insert(idempotency_keys)
      .values({ ...name, ...row })
      .onConflictDoUpdate({
        target: [idempotency_keys.principal_id, idempotency_keys.operation, idempotency_keys.key],
        set: row,
      })
      .run();
    return answer;
  });
}

function toStoredKey(ctx: KeyContext, operation: string) {
  const key = ctx.http?.idempotency_key;
  if (!ctx.http || !key) return null;
  if (key.length > MAX_KEY_CHARS) {
    throw invalid(
      'Idempotency-Key',
      `${MAX_KEY_CHARS}자까지 보낼 수 있습니다`,
      `At most ${MAX_KEY_CHARS} characters`,
    );
  }
  const callCounts = calls.get(ctx.http) ?? new Map<string, number>();
  calls.set(ctx.http, callCounts);
  const callNumber = (callCounts.get(operation) ?? 0) + 1;
  callCounts.set(operation, callNumber);
  const { principal_id } = ctx.caller;
  return { principal_id, operation: callNumber === 1 ? operation : `${operation} ${callNumber}`, key };
}
