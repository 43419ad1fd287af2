import { and, eq, sql } from 'drizzle-orm';
import { preparedStatements, schedule_runs, transact } from '../../db/index.ts';
import type { Deps } from '../core/context.ts';

/** How long a turn is held without a sign of life: what a crash costs. */
export const LEASE_MS = 60_000;
/** A turn whose holders crash is given up after so many. */
const MAX_ATTEMPTS = 3;

type Row = typeof schedule_runs.$inferSelect;
type Has = Pick<Deps, 'db' | 'clock'>;
export interface ScheduleLease {
  job: string;
  /** the instant it stands for */
  period: number;
  /** a name that no other holder has */
  holder: string;
}

const isHeldBy = and(
  eq(schedule_runs.job, sql.placeholder('job')),
  eq(schedule_runs.holder, sql.placeholder('holder')),
);
const statements = preparedStatements((db) => ({
  last: db
    .select()
    .from(schedule_runs)
    .where(eq(schedule_runs.job, sql.placeholder('job')))
    .prepare(),
  renew: db
    .update(schedule_runs)
    .set({ held_until: sql`${sql.placeholder('until')}` })
    .where(isHeldBy)
    .prepare(),
  end: db
    .update(schedule_runs)
    .set({
      held_until: null,
      finished_at: sql`${sql.placeholder('now')}`,
      error: sql`${sql.placeholder('error')}`,
    })
    .where(isHeldBy)
    .prepare(),
}));

/**
 * Takes a job's turn. False when it has been had, or while an earlier one lasts. Of several processes that ask at
 * once one gets it; one that dies loses it when its lease runs out.
 */
export function acquireLease({ db, clock }: Has, { job, period, holder }: ScheduleLease): boolean {
  const now = clock.now();
  // Most who ask come too late: they find out without the write lock.
  const before = statements(db).last.get({ job });
  if (before && !isFree(before, period, now)) return false;
  return transact(db, () => {
    const last = statements(db).last.get({ job });
    if (last && !isFree(last, period, now)) return false;
    const attempts = last && last.period === period ? last.attempts + 1 : 1;
    const held_until = now + LEASE_MS;
    const row = { period, attempts, holder, held_until, started_at: now, finished_at: null, error: null };
    db.insert(schedule_runs)
      .values({ job, ...row })
      .onConflictDoUpdate({ target: schedule_runs.job, set: row })
      .run();
    return true;
  });
}

/** After a clock was set back, rows tell of instants that have yet to come: those count for nothing. */
function isFree(last: Row, period: number, now: number): boolean {
  const { held_until } = last;
  const held = held_until !== null && held_until > now && held_until <= now + LEASE_MS;
  if (held) return false;
  const had = last.period >= period && last.period <= now;
  const crashed = held_until !== null && last.period === period && last.attempts < MAX_ATTEMPTS;
  return !had || crashed;
}

/** A sign of life. False when the turn was lost. */
export function renewLease({ db, clock }: Has, { job, holder }: ScheduleLease): boolean {
  return statements(db).renew.run({ job, holder, until: clock.now() + LEASE_MS }).changes > 0;
}

export function releaseLease({ db, clock }: Has, { job, holder }: ScheduleLease, error: string | null): void {
  statements(db).end.run({ job, holder, now: clock.now(), error });
}

/** Whether a job has ever had a turn. */
export function hasRun({ db }: Pick<Deps, 'db'>, job: string): boolean {
  return statements(db).last.get({ job }) !== undefined;
}
