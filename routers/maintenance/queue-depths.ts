import { count, min, sql } from 'drizzle-orm';
import { type Db, jobs, preparedStatements, push_outbox } from '../../db/index.ts';

/** Each is answered from an index that holds open work alone, however much was ever done. */
const statements = preparedStatements((db) => ({
  pending: db.select({ n: count() }).from(jobs).where(sql`status = 'pending'`).prepare(),
  held: db
    .select({ status: jobs.status, n: count() })
    .from(jobs)
    .where(sql`lease_expires_at is not null`)
    .groupBy(jobs.status)
    .prepare(),
  push: db
    .select({ platform: push_outbox.platform, waiting: count(), due_at: min(push_outbox.due_at) })
    .from(push_outbox)
    .groupBy(push_outbox.platform)
    .prepare(),
}));

/** How many jobs wait, are offered and run. */
export function countOpenJobs(db: Db): Record<string, number> {
  const held = statements(db).held.all();
  return {
    pending: statements(db).pending.get()?.n ?? 0,
    assigned: 0,
    running: 0,
    ...Object.fromEntries(held.map(({ status, n }) => [status, n])),
  };
}

/** What is still to be pushed, and when the first of it was or is due. */
export function listWaitingPushes(db: Db): { platform: string; waiting: number; due_at: number | null }[] {
  return statements(db).push.all();
}
