import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { events, preparedStatements } from '../../../db/index.ts';
import { isSessionAlive } from '../../accounts/auth/sessions.ts';
import { findUserRole } from '../../accounts/auth/users.ts';
import { isAdmin } from '../../core/access.ts';
import { ApiError } from '../../core/errors.ts';
import { countSubscribers, lastEventId, MAX_STREAMS, subscribe } from '../../core/events/wake-up.ts';
import { parseInstant } from '../../core/instant.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { StreamedEvent } from './schemas.ts';

/** Rows read at once: what a slow client has not taken stays in the table, not in memory. */
const BATCH = 100;
/** How often a stream checks whether its session is still alive. */
const SESSION_CHECK_INTERVAL_MS = 15_000;

const statements = preparedStatements((db) => {
  const after = (owner: SQL | undefined) =>
    db
      .select()
      .from(events)
      .where(and(owner, gt(events.id, sql.placeholder('after'))))
      .orderBy(asc(events.id))
      .limit(BATCH)
      .prepare();
  return {
    own: after(eq(events.principal_id, sql.placeholder('principal_id'))),
    unowned: after(and(isNull(events.principal_id), eq(events.type, 'broadcast'))),
  };
});

type EventRow = typeof events.$inferSelect;

/**
 * The caller's events as they happen, first those after `after`. Administrators also get broadcasts without an owner.
 *
 * The stream ends when the caller leaves; with SESSION_EXPIRED when the login ends; and with an AbortError when the
 * product stops, so that clients reconnect. Other errors are logged and end it without an error, since tRPC's client
 * would take an error for a broken connection and reconnect for ever.
 *
 * @throws RATE_LIMIT_EXCEEDED at once, before anything is streamed, when too many streams are open
 */
export function subscribeEvents(
  ctx: UserContext,
  after: number | null,
  disconnected: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent> {
  if (countSubscribers(ctx.db, ctx.caller.principal_id) >= MAX_STREAMS) {
    throw new ApiError('RATE_LIMIT_EXCEEDED', { retry_after: 30 });
  }
  const newest = lastEventId(ctx.db);
  return streamEvents(ctx, { after: after ?? newest, newest }, disconnected);
}

async function* streamEvents(
  ctx: UserContext,
  // Events up to `newest` are from before the subscription, so their delivery time is not measured.
  { after, newest }: { after: number; newest: number },
  disconnected: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent> {
  const wakeUp = new WakeUpSignal();
  const session = watchSession(ctx, wakeUp);
  const release = connectWakeUps(ctx, disconnected, wakeUp);
  try {
    for (;;) {
      wakeUp.reset();
      if (disconnected?.aborted) return;
      if (ctx.stopping.aborted) throw new DOMException('the product stops', 'AbortError');
      session.assertAlive();
      const rows = listEventsAfter(ctx, after);
      for (const row of rows) {
        yield* deliver(ctx, row, newest);
        after = row.id;
        if (disconnected?.aborted) return;
      }
      if (rows.length < BATCH) await wakeUp.wait();
    }
  } catch (err) {
    if (err instanceof ApiError || (err instanceof Error && err.name === 'AbortError')) throw err;
    ctx.log.error({ err, request_id: ctx.http?.request_id }, 'an event stream failed');
  } finally {
    session.unwatch();
    release();
  }
}

/** Yields one event; its delivery ends when the client has taken it. */
function* deliver({ metrics }: UserContext, row: EventRow, newest: number): Generator<StreamedEvent> {
  const endDelivery = row.id > newest ? metrics.startDelivery(row.created_at) : null;
  try {
    yield toStreamedEvent(row);
  } finally {
    endDelivery?.();
  }
}

/** Checks from time to time whether the caller's session is still alive. */
function watchSession({ db, caller, clock }: UserContext, wakeUp: WakeUpSignal) {
  let isDue = false;
  const timer = setInterval(() => {
    isDue = true;
    wakeUp.notify();
  }, SESSION_CHECK_INTERVAL_MS).unref();
  return {
    /** Throws SESSION_EXPIRED. */
    assertAlive(): void {
      if (isDue && !isSessionAlive(db, caller.session_id, clock.now())) throw new ApiError('SESSION_EXPIRED');
      isDue = false;
    },
    unwatch: () => clearInterval(timer),
  };
}

/** Notifies the signal of new events, and of the end of the stream. Returns what disconnects it. */
function connectWakeUps(
  { db, caller, stopping, metrics }: UserContext,
  disconnected: AbortSignal | undefined,
  { notify }: WakeUpSignal,
): () => void {
  const unsubscribe = [subscribe(db, caller.principal_id, notify)];
  if (isAdmin(caller)) unsubscribe.push(subscribe(db, null, notify));
  for (const signal of [disconnected, stopping]) signal?.addEventListener('abort', notify, { once: true });
  const endStream = metrics.startStream();
  return () => {
    endStream();
    for (const stop of unsubscribe) stop();
    for (const signal of [disconnected, stopping]) signal?.removeEventListener('abort', notify);
  };
}

function listEventsAfter({ db, caller }: UserContext, after: number): EventRow[] {
  const own = statements(db).own.all({ principal_id: caller.principal_id, after });
  // The role is that of now: a stream may outlive it.
  if (!isAdmin(caller) || findUserRole(db, caller.principal_id) !== 'admin') return own;
  const unowned = statements(db).unowned.all({ after });
  return [...own, ...unowned].sort((a, b) => a.id - b.id).slice(0, BATCH);
}

function toStreamedEvent({ id, type, payload, created_at }: EventRow): StreamedEvent {
  if (type !== 'broadcast') {
    return { id, event_type: type, origin: 'product', payload, timestamp: toIso(created_at) };
  }
  const broadcast = payload as {
    event_type: string;
    payload: Record<string, unknown>;
    timestamp: string | null;
  };
  // Older rows hold whatever their sender wrote.
  const timestamp = toIso(parseInstant(broadcast.timestamp ?? '') ?? created_at);
  return { id, event_type: broadcast.event_type, origin: 'broadcast', payload: broadcast.payload, timestamp };
}

/** A notification before `wait` is not lost: nothing falls between reading and waiting. */
class WakeUpSignal {
  #isNotified = false;
  #resolve: (() => void) | null = null;

  readonly notify = (): void => {
    this.#isNotified = true;
    this.#resolve?.();
  };

  reset(): void {
    this.#isNotified = false;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#isNotified) resolve();
    });
  }
}
