import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { job_log, jobs, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getJobRowOrThrow, toJob } from './job.ts';
import { expireLeases, toJobEvent } from './lease.ts';
import type { Job, JobRef } from './schemas.ts';

/**
 * Cancels a queued or running job; its agent learns of it at its next progress or heartbeat. Cancelling again changes
 * nothing. Throws NOT_FOUND, and JOB_STATE for a job that has succeeded or failed.
 */
export function cancelJob(ctx: UserContext, input: z.infer<typeof JobRef>): Job {
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const row = getJobRowOrThrow(ctx.db, ctx.caller, input);
    if (row.status === 'cancelled') return toJob(ctx.db, row);
    if (row.status === 'success' || row.status === 'failed') {
      throw new ApiError('JOB_STATE', { params: { status: row.status } });
    }
    const now = ctx.clock.now();
    const cancelledJob = ctx.db
      .update(jobs)
      .set({ status: 'cancelled', lease_expires_at: null, completed_at: now })
      .where(eq(jobs.id, row.id))
      .returning()
      .get();
    ctx.db.insert(job_log).values({ job_id: row.id, log_message: 'cancelled', created_at: now }).run();
    ctx.emit({ type: 'job.cancelled', principal_id: row.user_id, payload: toJobEvent(cancelledJob) });
    return toJob(ctx.db, cancelledJob);
  });
}
