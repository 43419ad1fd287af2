import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { jobs, preparedStatements } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { StartedJob, StartJobInput } from './agent-schemas.ts';
import { toJobEvent, toLeaseMs } from './lease.ts';
import { withLeasedJob } from './leased-job.ts';

const statements = preparedStatements((db) => ({
  start: db
    .update(jobs)
    .set({
      status: 'running',
      started_at: sql`${sql.placeholder('started_at')}`,
      lease_expires_at: sql`${sql.placeholder('lease_expires_at')}`,
    })
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare(),
}));

/**
 * Starts an offered job and gives it the long lease. Starting it again changes nothing. Throws NOT_FOUND, JOB_NOT_YOURS
 * and JOB_STATE.
 */
export function startJob(ctx: KeyContext, input: z.infer<typeof StartJobInput>): z.infer<typeof StartedJob> {
  return withLeasedJob(ctx, input, (row) => {
    if (row.status === 'running') return toStartedJob(row.id, row.started_at, row.lease_expires_at);
    if (row.status !== 'assigned') throw new ApiError('JOB_STATE', { params: { status: row.status } });
    const started_at = ctx.clock.now();
    const lease_expires_at = started_at + toLeaseMs({ ...row, status: 'running' });
    statements(ctx.db).start.run({ id: row.id, started_at, lease_expires_at });
    const payload = { ...toJobEvent({ ...row, status: 'running' }), lease_expires_at };
    ctx.emit({ type: 'job.started', principal_id: row.user_id, payload });
    return toStartedJob(row.id, started_at, lease_expires_at);
  });
}

function toStartedJob(
  job_id: number,
  started_at: number | null,
  lease: number | null,
): z.infer<typeof StartedJob> {
  return {
    job_id,
    status: 'running',
    started_at: toIso(started_at ?? 0),
    lease_expires_at: toIso(lease ?? 0),
  };
}
