import { and, eq, sql } from 'drizzle-orm';
import { type Db, jobs, push_outbox, transact } from '../../db/index.ts';
import type { Clock, Deps } from '../core/context.ts';
import { maxBackoffEnd, maxLeaseEnd } from '../work/jobs/lease.ts';

/** Corrections of the system clock up to this do no harm. */
const TOLERANCE_MS = 1000;
/** Longer than the longest backoff of a push. */
const MAX_PUSH_WAIT_MS = 86_400_000;

/** By how much each system clock was ahead of the monotonic clock when it was last compared. */
const offsets = new WeakMap<Clock, number>();

/**
 * After the system clock was set back, some stored instants lie further ahead than any can: jobs in backoff, leases of
 * agents that have ended, and pushes would wait until the clock reaches them. They are moved to the furthest instant
 * that is possible. It writes only after this process has seen the clock go back, and at its first call. Returns how
 * many rows it changed.
 */
export function clampFutureTimestamps({ db, clock }: Pick<Deps, 'db' | 'clock'>): number {
  if (!mayBeSetBack(clock)) return 0;
  const now = clock.now();
  return transact(db, () => clampBackoffs(db, now) + clampLeases(db, now) + clampPushes(db, now));
}

/** Whether the clock went back since the last call, or this is the first. */
function mayBeSetBack(clock: Clock): boolean {
  const offset = clock.now() - performance.now();
  const previousOffset = offsets.get(clock);
  offsets.set(clock, offset);
  return previousOffset === undefined || offset <= previousOffset - TOLERANCE_MS;
}

function clampBackoffs(db: Db, now: number): number {
  const available_at = maxBackoffEnd(now);
  const isTooLate = and(eq(jobs.status, 'pending'), sql`${jobs.available_at} > ${available_at}`);
  return db.update(jobs).set({ available_at }).where(isTooLate).run().changes;
}

function clampLeases(db: Db, now: number): number {
  const lease_expires_at = maxLeaseEnd(now);
  const isTooLate = sql`lease_expires_at is not null and ${jobs.lease_expires_at} > ${lease_expires_at}`;
  return db.update(jobs).set({ lease_expires_at }).where(isTooLate).run().changes;
}

/** A push that was not tried yet is due at once; others may be in backoff. */
function clampPushes(db: Db, now: number): number {
  const maxTime = sql`${now} + iif(${push_outbox.attempts} = 0, 0, ${MAX_PUSH_WAIT_MS})`;
  return db.update(push_outbox).set({ due_at: now }).where(sql`${push_outbox.due_at} > ${maxTime}`).run()
    .changes;
}
