import { eq, type SQL, sql } from 'drizzle-orm';
import { job_log, jobs, preparedStatements, transact } from '../../../db/index.ts';
import type { Db, Deps } from '../../core/context.ts';
import type { Emit, EventPayloads } from '../../core/events/types.ts';
import type { JobRow } from './job.ts';

const OFFER_MS = 60_000;
const RUN_MS = 15 * 60_000;
/** An agent that promised a sign of life every so often may miss two. */
const MISSED_BEATS = 3;
const LONGEST_BACK_OFF_MS = 3_600_000;
/** Leases ended in one transaction, so that a mass death does not hold the write lock for long. */
const BATCH = 200;

/** How long a lease is: 60 s for an offer, 15 minutes for a job that runs, or what the agent's own promise allows. */
export function toLeaseMs({
  status,
  heartbeat_seconds,
}: Pick<JobRow, 'status' | 'heartbeat_seconds'>): number {
  if (heartbeat_seconds !== null) return MISSED_BEATS * heartbeat_seconds * 1000;
  return status === 'running' ? RUN_MS : OFFER_MS;
}

/** How long a job rests after its `attempts`th holder lost it: 2, 4, 8 … s. */
function backOffMs(attempts: number): number {
  return Math.min(1000 * 2 ** attempts, LONGEST_BACK_OFF_MS);
}

/** The latest end that a lease given by now can have. */
export function maxLeaseEnd(now: number): SQL {
  const { heartbeat_seconds, status } = jobs;
  return sql`${now} + case when ${heartbeat_seconds} is not null then ${MISSED_BEATS * 1000} * ${heartbeat_seconds}
    when ${status} = 'running' then ${RUN_MS} else ${OFFER_MS} end`;
}

/** The latest instant that a job which waits now can wait for. */
export function maxBackoffEnd(now: number): SQL {
  return sql`${now} + iif(${jobs.attempts} = 0, 0, min(${LONGEST_BACK_OFF_MS}, 1000 << min(${jobs.attempts}, 12)))`;
}

const statements = preparedStatements((db) => ({
  lapsed: db
    .select()
    .from(jobs)
    .where(sql`lease_expires_at is not null and ${jobs.lease_expires_at} <= ${sql.placeholder('now')}`)
    .orderBy(jobs.lease_expires_at)
    .limit(BATCH)
    .prepare(),
}));

/**
 * Takes every job whose lease has run out away from its holder: back to the queue, or failed when it was the last
 * attempt. Returns how many. It runs every few seconds and before anything that depends on who holds what; when no
 * lease has run out it is one look into an index.
 */
export function expireLeases(deps: Pick<Deps, 'db' | 'clock' | 'emit' | 'metrics'>): number {
  const { db, clock, emit, metrics } = deps;
  let reaped = 0;
  while (statements(db).lapsed.all({ now: clock.now() }).length > 0) {
    const ended = transact(db, () => {
      const now = clock.now();
      const lapsed = statements(db).lapsed.all({ now });
      return lapsed.map((row) => expireLease(db, emit, row, now));
    });
    for (const then of ended) metrics.leaseExpired(then);
    reaped += ended.length;
  }
  return reaped;
}

/** The rest is counted from the end of the lease, so it does not matter who notices, and when. */
function expireLease(db: Db, emit: Emit, row: JobRow, now: number): 'requeued' | 'failed' {
  const ended = row.lease_expires_at ?? now;
  const last = row.attempts >= row.max_attempts;
  const told = `lease of ${row.agent_id} ran out (attempt ${row.attempts} of ${row.max_attempts})`;
  const changed = last
    ? {
        status: 'failed' as const,
        lease_expires_at: null,
        error_message: told,
        completed_at: now,
      }
    : {
        status: 'pending' as const,
        agent_id: null,
        heartbeat_seconds: null,
        lease_expires_at: null,
        available_at: ended + backOffMs(row.attempts),
        percent_complete: 0,
        assigned_at: null,
        started_at: null,
      };
  db.update(jobs).set(changed).where(eq(jobs.id, row.id)).run();
  db.insert(job_log).values({ job_id: row.id, log_message: told, created_at: now }).run();
  const { user_id: principal_id } = row;
  const after = toJobEvent({ ...row, ...changed });
  if (last) emit({ type: 'job.failed', principal_id, payload: { ...after, error_message: told } });
  else {
    const { available_at } = { ...row, ...changed };
    emit({ type: 'job.requeued', principal_id, payload: { ...after, available_at } });
  }
  return last ? 'failed' : 'requeued';
}

/** What every event of a job tells of it. */
export function toJobEvent(row: JobRow): EventPayloads['job.queued'] {
  const { id: job_id, project_id, job_type, status, agent_id, attempts: attempt } = row;
  return { job_id, project_id, job_type, status, agent_id, attempt };
}
