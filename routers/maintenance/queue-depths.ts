import { count, min, sql } from 'drizzle-orm';
import { type Db, jobs, push_outbox } from '../../db/index.ts';

/** The numbers of pending, assigned and running jobs. Partial indexes of open jobs serve it, however many were done. */
export function countOpenJobs(db: Db): Record<string, number> {
  const pending = db.select({ n: count() }).from(jobs).where(sql`status = 'pending'`).get();
  const leased = db
    .select({ status: jobs.status, n: count() })
    .from(jobs)
    .where(sql`lease_expires_at is not null`)
    .groupBy(jobs.status)
    .all();
  return {
    pending: pending?.n ?? 0,
    assigned: 0,
    running: 0,
    ...Object.fromEntries(leased.map(({ status, n }) => [status, n])),
  };
}

/** The waiting pushes of each platform, and when the first is due (Unix milliseconds). */
export function listWaitingPushes(db: Db): { platform: string; waiting: number; due_at: number | null }[] {
  return db
    .select({ platform: push_outbox.platform, waiting: count(), due_at: min(push_outbox.due_at) })
    .from(push_outbox)
    .groupBy(push_outbox.platform)
    .all();
}
