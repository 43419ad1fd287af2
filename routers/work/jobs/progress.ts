import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { job_log, jobs } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { RenewedJob, ReportProgressInput } from './agent-schemas.ts';
import { toJobEvent } from './lease.ts';
import { assertLeased, extendLease, withLeasedJob } from './leased-job.ts';

/**
 * Adds an entry to a job's log and extends its lease. Throws NOT_FOUND, JOB_NOT_YOURS, and JOB_STATE for a job without a
 * lease, such as a cancelled one.
 */
export function reportProgress(
  ctx: KeyContext,
  input: z.infer<typeof ReportProgressInput>,
): z.infer<typeof RenewedJob> {
  return withLeasedJob(ctx, input, (row) => {
    assertLeased(row);
    const now = ctx.clock.now();
    const { percent_complete = null, log_message = null, intermediate_artifact = null } = input;
    ctx.db
      .insert(job_log)
      .values({ job_id: row.id, log_message, percent_complete, intermediate_artifact, created_at: now })
      .run();
    if (percent_complete !== null) {
      ctx.db.update(jobs).set({ percent_complete }).where(eq(jobs.id, row.id)).run();
    }
    const lease_expires_at = extendLease(ctx.db, row, now);
    const payload = {
      ...toJobEvent(row),
      percent_complete: percent_complete ?? row.percent_complete,
      log_message,
    };
    ctx.emit({ type: 'job.progress', principal_id: row.user_id, payload });
    return { job_id: row.id, status: row.status, lease_expires_at: toIso(lease_expires_at) };
  });
}
