import { and, eq, sql } from 'drizzle-orm';
import { jobs, push_outbox, transact } from '../../db/index.ts';
import type { Clock, Deps } from '../core/context.ts';
import { maxBackoffEnd, maxLeaseEnd } from '../work/jobs/lease.ts';

/** What a clock may be corrected by without anyone noticing. */
const STEP_MS = 1000;
/** Longer than any push waits between two tries. */
const LONGEST_WAIT_MS = 86_400_000;

/** How far each clock was ahead of one that only ever goes on. */
const ahead = new WeakMap<Clock, number>();

/**
 * After a clock was set back, instants are written that lie further ahead than any could: jobs would rest, agents that
 * are gone would hold theirs, and pushes would wait, until the clock is there again. They are brought as near as they
 * could be. Looks only when this process has seen the clock go back, or has not looked yet. Returns how many.
 */
export function clampFutureTimestamps({ db, clock }: Pick<Deps, 'db' | 'clock'>): number {
  const now = clock.now();
  const is = now - performance.now();
  const was = ahead.get(clock);
  ahead.set(clock, is);
  if (was !== undefined && is > was - STEP_MS) return 0;
  return transact(db, () => {
    const rest = maxBackoffEnd(now);
    const resting = and(eq(jobs.status, 'pending'), sql`${jobs.available_at} > ${rest}`);
    const lease = maxLeaseEnd(now);
    const wait = sql`${now} + iif(${push_outbox.attempts} = 0, 0, ${LONGEST_WAIT_MS})`;
    return (
      db.update(jobs).set({ available_at: rest }).where(resting).run().changes +
      db
        .update(jobs)
        .set({ lease_expires_at: lease })
        .where(sql`lease_expires_at is not null and ${jobs.lease_expires_at} > ${lease}`)
        .run().changes +
      db.update(push_outbox).set({ due_at: now }).where(sql`${push_outbox.due_at} > ${wait}`).run().changes
    );
  });
}
