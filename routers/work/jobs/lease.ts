import { eq, type SQL, sql } from 'drizzle-orm';
import { job_log, jobs, preparedStatements, transact } from '../../../db/index.ts';
import type { Db, Deps } from '../../core/context.ts';
import type { Emit, JobEvent } from '../../core/events/types.ts';
import type { JobRow } from './job.ts';

const OFFER_LEASE_MS = 60_000;
const RUN_LEASE_MS = 15 * 60_000;
/** A lease lasts for three intervals, so that an agent may miss two heartbeats. */
const HEARTBEATS_PER_LEASE = 3;
const MAX_BACKOFF_MS = 3_600_000;
/** With this many doublings the backoff exceeds MAX_BACKOFF_MS; many more would overflow in SQL. */
const MAX_BACKOFF_DOUBLINGS = 12;
/** Leases expired in one transaction, so that many at once do not hold the write lock for long. */
const BATCH = 200;

/** How long a lease lasts: 60 s for an offer, 15 minutes for a running job, or three of the agent's intervals. */
export function toLeaseMs({
  status,
  heartbeat_seconds,
}: Pick<JobRow, 'status' | 'heartbeat_seconds'>): number {
  if (heartbeat_seconds !== null) return HEARTBEATS_PER_LEASE * heartbeat_seconds * 1000;
  return status === 'running' ? RUN_LEASE_MS : OFFER_LEASE_MS;
}

/** The wait before a job is offered again after `attempts` lost leases: 2, 4, 8 … s. */
function toBackoffMs(attempts: number): number {
  return Math.min(1000 * 2 ** attempts, MAX_BACKOFF_MS);
}

/** The latest time at which a lease may end: a full lease that starts now. A later end shows that the clock was set back. */
export function maxLeaseEnd(now: number): SQL {
  const { heartbeat_seconds, status } = jobs;
  return sql`${now} + case when ${heartbeat_seconds} is not null then ${HEARTBEATS_PER_LEASE * 1000} * ${heartbeat_seconds}
    when ${status} = 'running' then ${RUN_LEASE_MS} else ${OFFER_LEASE_MS} end`;
}

/**
 * The latest time until which a job may wait: a backoff that starts now, none before the first attempt, or the time for
 * which it was queued. A later one shows that the clock was set back.
 */
export function maxBackoffEnd(now: number): SQL {
  return sql`max(coalesce(${jobs.run_at}, 0), ${now}
    + iif(${jobs.attempts} = 0, 0, min(${MAX_BACKOFF_MS}, 1000 << min(${jobs.attempts}, ${MAX_BACKOFF_DOUBLINGS}))))`;
}

const statements = preparedStatements((db) => ({
  listExpired: db
    .select()
    .from(jobs)
    .where(sql`lease_expires_at is not null and ${jobs.lease_expires_at} <= ${sql.placeholder('now')}`)
    .orderBy(jobs.lease_expires_at)
    .limit(BATCH)
    .prepare(),
}));

/**
 * Takes jobs with an expired lease away from their holders: back to the queue, or failed after the last attempt.
 * Returns how many. It runs every few seconds and before every operation that depends on leases; without expired ones it
 * is one lookup in an index.
 */
export function expireLeases(deps: Pick<Deps, 'db' | 'clock' | 'emit' | 'metrics'>): number {
  const { db, clock, emit, metrics } = deps;
  let count = 0;
  while (statements(db).listExpired.all({ now: clock.now() }).length > 0) {
    const outcomes = transact(db, () => {
      const now = clock.now();
      const expired = statements(db).listExpired.all({ now });
      return expired.map((row) => expireLease(db, emit, row, now));
    });
    for (const outcome of outcomes) metrics.leaseExpired(outcome);
    count += outcomes.length;
  }
  return count;
}

/** The backoff starts at the end of the lease, so it does not matter when the expiry is noticed. */
function expireLease(db: Db, emit: Emit, row: JobRow, now: number): 'requeued' | 'failed' {
  const leaseEnd = row.lease_expires_at ?? now;
  const isLastAttempt = row.attempts >= row.max_attempts;
  const message = `lease of ${row.agent_id} ran out (attempt ${row.attempts} of ${row.max_attempts})`;
  const changes = isLastAttempt
    ? {
        status: 'failed' as const,
        lease_expires_at: null,
        error_message: message,
        completed_at: now,
      }
    : {
        status: 'pending' as const,
        agent_id: null,
        heartbeat_seconds: null,
        lease_expires_at: null,
        available_at: leaseEnd + toBackoffMs(row.attempts),
        percent_complete: 0,
        assigned_at: null,
        started_at: null,
      };
  db.update(jobs).set(changes).where(eq(jobs.id, row.id)).run();
  db.insert(job_log).values({ job_id: row.id, log_message: message, created_at: now }).run();
  const changedJob = { ...row, ...changes };
  const { user_id: principal_id, available_at } = changedJob;
  const jobEvent = toJobEvent(changedJob);
  if (isLastAttempt)
    emit({ type: 'job.failed', principal_id, payload: { ...jobEvent, error_message: message } });
  else emit({ type: 'job.requeued', principal_id, payload: { ...jobEvent, available_at } });
  return isLastAttempt ? 'failed' : 'requeued';
}

/** The fields that every event of a job has. */
export function toJobEvent(row: JobRow): JobEvent {
  const { id: job_id, project_id, job_type, status, agent_id, attempts: attempt } = row;
  return { job_id, project_id, job_type, status, agent_id, attempt };
}
