import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { jobs, preparedStatements, projects, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { JobOffer, OfferedJob, RequestJobsInput } from './agent-schemas.ts';
import { recordHeartbeat } from './agents.ts';
import { type JobRow, toIsoOrNull } from './job.ts';
import { waitForJob } from './job-signal.ts';
import { expireLeases, toJobEvent, toLeaseMs } from './lease.ts';

/** For so long a job is not given again to an agent that handed it back. */
const RELEASED_MS = 10 * 60_000;

/** How often a waiting agent looks for jobs that another process has queued. */
const POLL_INTERVAL_MS = 500;
const POLL_AFTER_SECONDS = 5;

type JobRequest = z.infer<typeof RequestJobsInput>;

/**
 * Leases up to `max_jobs` jobs that fit the agent's capabilities and projects. With `wait_seconds` it waits for one (long poll);
 * `disconnected` ends the wait without a lease.
 */
export async function requestJobs(
  ctx: KeyContext,
  input: JobRequest,
  disconnected?: AbortSignal,
): Promise<z.infer<typeof JobOffer>> {
  const deadline = ctx.clock.now() + input.wait_seconds * 1000;
  recordHeartbeat(ctx, input);
  let offers = leaseJobs(ctx, input);
  while (offers.length === 0) {
    const ms = Math.min(deadline - ctx.clock.now(), POLL_INTERVAL_MS);
    if (ms <= 0) break;
    await waitForJob(ctx, ctx.caller.principal_id, ms, disconnected);
    if (disconnected?.aborted || ctx.stopping.aborted) break;
    recordHeartbeat(ctx, input);
    offers = hasClaimableJob(ctx, input) ? leaseJobs(ctx, input) : [];
  }
  return { jobs: offers, poll_after_seconds: offers.length > 0 ? 0 : POLL_AFTER_SECONDS };
}

const isClaimable = sql`q.user_id = ${sql.placeholder('user_id')} and q.status = 'pending'
  and q.available_at <= ${sql.placeholder('now')}
  and (q.released_by = '[]' or q.available_at <= ${sql.placeholder('released_before')}
    or ${sql.placeholder('agent_id')} not in (select value from json_each(q.released_by)))
  and (${sql.placeholder('project_ids')} is null
    or q.project_id in (select value from json_each(${sql.placeholder('project_ids')})))
  and (q.required_capabilities = '[]' or not exists (
    select 1 from json_each(q.required_capabilities) needed
    where needed.value not in (select value from json_each(${sql.placeholder('capabilities')}))))
  order by q.priority desc, q.id limit ${sql.placeholder('count')}`;

const statements = preparedStatements((db) => ({
  findClaimable: db.select({ id: sql<number>`q.id` }).from(sql`jobs q`).where(isClaimable).prepare(),
  lease: db
    .update(jobs)
    .set({
      status: 'assigned',
      attempts: sql`${jobs.attempts} + 1`,
      agent_id: sql`${sql.placeholder('agent_id')}`,
      heartbeat_seconds: sql`${sql.placeholder('heartbeat_seconds')}`,
      lease_expires_at: sql`${sql.placeholder('lease_expires_at')}`,
      assigned_at: sql`${sql.placeholder('now')}`,
    })
    .where(sql`${jobs.id} in (select q.id from jobs q where ${isClaimable})`)
    .returning()
    .prepare(),
  project: db
    .select({
      id: projects.id,
      name: projects.name,
      local_path: projects.local_path,
      remote_url: projects.remote_url,
    })
    .from(projects)
    .where(sql`${projects.id} = ${sql.placeholder('id')}`)
    .prepare(),
}));

const toClaimParameters = (
  ctx: KeyContext,
  { agent_id, capabilities, max_jobs, project_ids }: JobRequest,
) => ({
  user_id: ctx.caller.principal_id,
  agent_id,
  now: ctx.clock.now(),
  released_before: ctx.clock.now() - RELEASED_MS,
  capabilities: JSON.stringify(capabilities ?? []),
  project_ids: project_ids ? JSON.stringify(project_ids) : null,
  count: max_jobs,
});

/** Reads without a lock, so that waiting agents do not slow down those at work. */
function hasClaimableJob(ctx: KeyContext, input: JobRequest): boolean {
  expireLeases(ctx);
  return statements(ctx.db).findClaimable.get({ ...toClaimParameters(ctx, input), count: 1 }) !== undefined;
}

/** Leases by priority and age. It is one statement, so no two agents get the same job. */
function leaseJobs(ctx: KeyContext, input: JobRequest): OfferedJob[] {
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const heartbeat_seconds = input.heartbeat_seconds ?? null;
    const parameters = toClaimParameters(ctx, input);
    const lease_expires_at = parameters.now + toLeaseMs({ status: 'assigned', heartbeat_seconds });
    const holder = { agent_id: input.agent_id, heartbeat_seconds, lease_expires_at };
    const leasedJobs = statements(ctx.db).lease.all({ ...parameters, ...holder });
    for (const row of leasedJobs) {
      const payload = { ...toJobEvent(row), lease_expires_at };
      ctx.emit({ type: 'job.assigned', principal_id: row.user_id, payload });
    }
    return leasedJobs
      .sort((a, b) => b.priority - a.priority || a.id - b.id)
      .map((row) => toOfferedJob(ctx, row));
  });
}

function toOfferedJob(ctx: KeyContext, row: JobRow): OfferedJob {
  const project = statements(ctx.db).project.get({ id: row.project_id }) as OfferedJob['payload']['project'];
  return {
    job_id: row.id,
    job_type: row.job_type,
    status: row.status,
    attempt: row.attempts,
    payload: { ...row.payload, description: describeJob(row), project },
    project: row.project_id,
    created_at: toIso(row.created_at),
    started_at: toIsoOrNull(row.started_at),
    completed_at: toIsoOrNull(row.completed_at),
    lease_expires_at: toIso(row.lease_expires_at ?? 0),
  };
}

/** A description of the work: from the payload if it has one, else the job type. */
function describeJob({ payload, job_type }: JobRow): string {
  const words = [payload.description, payload.prompt].find((text) => typeof text === 'string' && text !== '');
  return (words as string | undefined) ?? job_type;
}
