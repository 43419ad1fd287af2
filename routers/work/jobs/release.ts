import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { job_log, jobs } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { ReleasedJob, ReleaseJobInput } from './agent-schemas.ts';
import { notifyJobAvailable } from './job-signal.ts';
import { toJobEvent } from './lease.ts';
import { assertLeased, withLeasedJob } from './leased-job.ts';

/** So many agents are not given a job again for a while after they handed it back. */
const MAX_RELEASED_BY = 20;

/**
 * Hands a job back to the queue at once. The attempt does not count, so the job may have one more. A job that is in the
 * queue already stays there. Throws NOT_FOUND, JOB_NOT_YOURS, JOB_STATE.
 */
export function releaseJob(
  ctx: KeyContext,
  input: z.output<typeof ReleaseJobInput>,
): z.infer<typeof ReleasedJob> {
  const { job_id, reason } = input;
  const owner = withLeasedJob(ctx, input, (row) => {
    if (row.status === 'pending') return null;
    assertLeased(row);
    const now = ctx.clock.now();
    const changes = {
      status: 'pending' as const,
      max_attempts: row.max_attempts + 1,
      released_by: [...row.released_by, row.agent_id ?? ''].slice(-MAX_RELEASED_BY),
      agent_id: null,
      heartbeat_seconds: null,
      lease_expires_at: null,
      available_at: now,
      percent_complete: 0,
      assigned_at: null,
      started_at: null,
    };
    ctx.db.update(jobs).set(changes).where(eq(jobs.id, row.id)).run();
    const log_message = `${row.agent_id} handed it back${reason ? `: ${reason}` : ''}`;
    ctx.db.insert(job_log).values({ job_id: row.id, log_message, created_at: now }).run();
    const payload = { ...toJobEvent({ ...row, ...changes }), available_at: now };
    ctx.emit({ type: 'job.requeued', principal_id: row.user_id, payload });
    return row.user_id;
  });
  if (owner !== null) notifyJobAvailable(ctx, owner);
  return { job_id, status: 'pending' };
}
