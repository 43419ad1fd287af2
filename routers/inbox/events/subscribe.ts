import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { events, preparedStatements } from '../../../db/index.ts';
import { isSessionAlive } from '../../accounts/auth/sessions.ts';
import { ApiError } from '../../core/errors.ts';
import { countSubscribers, lastEventId, MAX_STREAMS, subscribe } from '../../core/events/wake-up.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { StreamedEvent } from './schemas.ts';

/** Rows read at once: what a slow client has not taken yet stays in the table, not in memory. */
const BATCH = 100;
/** How often it is looked whether the login still stands. */
const SESSION_CHECK_INTERVAL_MS = 15_000;

const statements = preparedStatements((db) => {
  const after = (whose: SQL | undefined) =>
    db
      .select()
      .from(events)
      .where(and(whose, gt(events.id, sql.placeholder('after'))))
      .orderBy(asc(events.id))
      .limit(BATCH)
      .prepare();
  return {
    mine: after(eq(events.principal_id, sql.placeholder('principal_id'))),
    nobodys: after(and(isNull(events.principal_id), eq(events.type, 'broadcast'))),
  };
});

type EventRow = typeof events.$inferSelect;

/**
 * My events as they happen, those after `after` first. Administrators also get broadcasts that are nobody's.
 *
 * It ends when the caller leaves; with SESSION_EXPIRED when the login does; and with an AbortError when the product
 * stops, so that clients come back to the next one. What goes wrong inside is logged and ends it: tRPC's client would
 * take an error for a broken connection, and knock for ever.
 *
 * @throws at once, before anything is streamed: RATE_LIMIT_EXCEEDED when too many streams are open
 */
export function subscribeEvents(
  ctx: UserContext,
  after: number | null,
  left: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent> {
  if (countSubscribers(ctx.db, ctx.caller.principal_id) >= MAX_STREAMS) {
    throw new ApiError('RATE_LIMIT_EXCEEDED', { retry_after: 30 });
  }
  const newest = lastEventId(ctx.db);
  return follow(ctx, { after: after ?? newest, newest }, left);
}

async function* follow(
  ctx: UserContext,
  // What it missed says nothing of how quick the product is.
  { after, newest }: { after: number; newest: number },
  left: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent> {
  const { db, caller, clock, stopping, metrics } = ctx;
  const bell = new WakeUpSignal();
  const quiet = [subscribe(db, caller.principal_id, bell.ring)];
  if (caller.role === 'admin') quiet.push(subscribe(db, null, bell.ring));
  for (const signal of [left, stopping]) signal?.addEventListener('abort', bell.ring, { once: true });
  const ended = metrics.startStream();
  let due = false;
  const recheck = setInterval(() => {
    due = true;
    bell.ring();
  }, SESSION_CHECK_INTERVAL_MS).unref();
  try {
    for (;;) {
      bell.still();
      if (left?.aborted) return;
      if (stopping.aborted) throw new DOMException('the product stops', 'AbortError');
      if (due && !isSessionAlive(db, caller.session_id, clock.now())) throw new ApiError('SESSION_EXPIRED');
      due = false;
      const rows = listEventsAfter(ctx, after);
      for (const row of rows) {
        const taken = row.id > newest ? metrics.startDelivery(row.created_at) : null;
        try {
          yield toStreamedEvent(row);
        } finally {
          taken?.();
        }
        after = row.id;
        if (left?.aborted) return;
      }
      if (rows.length < BATCH) await bell.rung();
    }
  } catch (err) {
    if (err instanceof ApiError || (err instanceof Error && err.name === 'AbortError')) throw err;
    ctx.log.error({ err, request_id: ctx.http?.request_id }, 'an event stream failed');
  } finally {
    clearInterval(recheck);
    ended();
    for (const stop of quiet) stop();
    for (const signal of [left, stopping]) signal?.removeEventListener('abort', bell.ring);
  }
}

function listEventsAfter({ db, caller }: UserContext, after: number): EventRow[] {
  const mine = statements(db).mine.all({ principal_id: caller.principal_id, after });
  if (caller.role !== 'admin') return mine;
  const nobodys = statements(db).nobodys.all({ after });
  return [...mine, ...nobodys].sort((a, b) => a.id - b.id).slice(0, BATCH);
}

function toStreamedEvent({ id, type, payload, created_at }: EventRow): StreamedEvent {
  if (type !== 'broadcast') {
    return { id, event_type: type, origin: 'product', payload, timestamp: toIso(created_at) };
  }
  const told = payload as { event_type: string; payload: Record<string, unknown>; timestamp: string | null };
  const timestamp = toIso(told.timestamp === null ? created_at : parseTimestamp(told.timestamp));
  return { id, event_type: told.event_type, origin: 'broadcast', payload: told.payload, timestamp };
}

function parseTimestamp(timestamp: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`);
}

/** Rung before anyone waits, it is heard too: nothing falls between looking and waiting. */
class WakeUpSignal {
  #rang = false;
  #heard: (() => void) | null = null;

  readonly ring = (): void => {
    this.#rang = true;
    this.#heard?.();
  };

  still(): void {
    this.#rang = false;
  }

  rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
      if (this.#rang) resolve();
    });
  }
}
