import { and, eq } from 'drizzle-orm';
import { type Db, schedule_runs, transact } from '../../db/index.ts';
import type { Deps } from '../core/context.ts';

/** How long a lease lasts without a renewal, and so how long a job waits after a crash. */
export const SCHEDULE_LEASE_MS = 60_000;
/** A run whose holders crash is given up after this many attempts. */
const MAX_ATTEMPTS = 3;

type ScheduleRun = typeof schedule_runs.$inferSelect;
type LeaseDeps = Pick<Deps, 'db' | 'clock'>;

export interface ScheduleLease {
  job: string;
  /** the instant the job was due: Unix milliseconds */
  period: number;
  /** an id that no other holder has */
  holder: string;
}

/**
 * Acquires the lease to run a job for one period. False when the job has run for that period, or while a lease of it is
 * held. Of several processes that try at once, one succeeds; the lease of a process that dies expires.
 */
export function acquireLease({ db, clock }: LeaseDeps, { job, period, holder }: ScheduleLease): boolean {
  const now = clock.now();
  // Most attempts come too late, so they are checked without the write lock first.
  if (!canRun(findLastRun(db, job), period, now)) return false;
  return transact(db, () => {
    const last = findLastRun(db, job);
    if (!canRun(last, period, now)) return false;
    const attempts = last?.period === period ? last.attempts + 1 : 1;
    const held_until = now + SCHEDULE_LEASE_MS;
    const run = { period, attempts, holder, held_until, started_at: now, finished_at: null, error: null };
    db.insert(schedule_runs)
      .values({ job, ...run })
      .onConflictDoUpdate({ target: schedule_runs.job, set: run })
      .run();
    return true;
  });
}

/** Extends a lease. False when another process holds it. */
export function renewLease({ db, clock }: LeaseDeps, lease: ScheduleLease): boolean {
  const held_until = clock.now() + SCHEDULE_LEASE_MS;
  return db.update(schedule_runs).set({ held_until }).where(isHeldBy(lease)).run().changes > 0;
}

/** Ends a lease after the run, with the message of its error if it failed. */
export function releaseLease({ db, clock }: LeaseDeps, lease: ScheduleLease, error: string | null): void {
  db.update(schedule_runs)
    .set({ held_until: null, finished_at: clock.now(), error })
    .where(isHeldBy(lease))
    .run();
}

/** Whether a job has ever run. */
export function hasRun({ db }: Pick<Deps, 'db'>, job: string): boolean {
  return findLastRun(db, job) !== undefined;
}

/** Instants after now are left from before the clock was set back, and are ignored. */
function canRun(last: ScheduleRun | undefined, period: number, now: number): boolean {
  if (!last) return true;
  const { held_until } = last;
  const isHeld = held_until !== null && held_until > now && held_until <= now + SCHEDULE_LEASE_MS;
  if (isHeld) return false;
  const isDone = last.period >= period && last.period <= now;
  const mayRetry = held_until !== null && last.period === period && last.attempts < MAX_ATTEMPTS;
  return !isDone || mayRetry;
}

function findLastRun(db: Db, job: string): ScheduleRun | undefined {
  return db.select().from(schedule_runs).where(eq(schedule_runs.job, job)).get();
}

function isHeldBy({ job, holder }: ScheduleLease) {
  return and(eq(schedule_runs.job, job), eq(schedule_runs.holder, holder));
}
