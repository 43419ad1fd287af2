import { eq, sql } from 'drizzle-orm';
import { type Db, jobs, preparedStatements, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { recordHeartbeat } from './agents.ts';
import type { JobRow } from './job.ts';
import { expireLeases, toLeaseMs } from './lease.ts';

/** The agent and the attempt that a request claims to hold a job with; both are optional. */
export interface HolderClaim {
  job_id: number;
  agent_id?: string | null | undefined;
  attempt?: number | null | undefined;
}

const statements = preparedStatements((db) => ({
  find: db
    .select()
    .from(jobs)
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare(),
  renew: db
    .update(jobs)
    .set({ lease_expires_at: sql`${sql.placeholder('lease_expires_at')}` })
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare(),
}));

/**
 * Runs `work` on a job of the agent's user in one transaction, after expired leases are ended. Throws NOT_FOUND, and
 * JOB_NOT_YOURS for an agent that does not hold the job.
 */
export function withLeasedJob<T>(ctx: KeyContext, claim: HolderClaim, work: (row: JobRow) => T): T {
  if (claim.agent_id) recordHeartbeat(ctx, { agent_id: claim.agent_id });
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const row = findVisibleJob(ctx, claim.job_id);
    if (!row) throw new ApiError('NOT_FOUND');
    assertHolder(row, claim);
    return work(row);
  });
}

/** A job of the caller's user. Agents of administrators, too, work for their own user only. */
export function findVisibleJob(ctx: KeyContext, id: number): JobRow | null {
  const row = statements(ctx.db).find.get({ id });
  return row && row.user_id === ctx.caller.principal_id ? row : null;
}

/** Throws JOB_NOT_YOURS when the claim names another agent or another attempt. */
export function assertHolder(row: JobRow, { agent_id, attempt }: HolderClaim): void {
  const isOtherAgent = agent_id != null && row.agent_id !== null && agent_id !== row.agent_id;
  const isOtherAttempt = attempt != null && attempt !== row.attempts;
  if (isOtherAgent || isOtherAttempt) throw new ApiError('JOB_NOT_YOURS');
}

export function isLeased({ status }: Pick<JobRow, 'status'>): boolean {
  return status === 'assigned' || status === 'running';
}

/** Throws JOB_STATE for a job without a lease. */
export function assertLeased(row: JobRow): void {
  if (!isLeased(row)) throw new ApiError('JOB_STATE', { params: { status: row.status } });
}

/** Extends the lease of a job from now on. Returns its end. */
export function extendLease(db: Db, row: JobRow, now: number): number {
  const lease_expires_at = Math.max(now + toLeaseMs(row), row.lease_expires_at ?? 0);
  statements(db).renew.run({ id: row.id, lease_expires_at });
  return lease_expires_at;
}
