import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { jobs, preparedStatements } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { CompletedJob, CompleteJobInput } from './agent-schemas.ts';
import { toJobEvent } from './lease.ts';
import { assertLeased, withLeasedJob } from './leased-job.ts';
import { toJobStatus } from './schemas.ts';

const statements = preparedStatements((db) => ({
  complete: db
    .update(jobs)
    .set({
      status: sql`${sql.placeholder('status')}`,
      lease_expires_at: null,
      percent_complete: sql`${sql.placeholder('percent_complete')}`,
      summary: sql`${sql.placeholder('summary')}`,
      final_result_url: sql`${sql.placeholder('final_result_url')}`,
      error_message: sql`${sql.placeholder('error_message')}`,
      completed_at: sql`${sql.placeholder('completed_at')}`,
    })
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare(),
}));

/**
 * Ends a job with the result that its agent reports. The same report again changes nothing. Throws NOT_FOUND,
 * JOB_NOT_YOURS, and JOB_STATE for a job that is not leased or has ended with another status.
 */
export function completeJob(
  ctx: KeyContext,
  input: z.infer<typeof CompleteJobInput>,
): z.infer<typeof CompletedJob> {
  const status = toJobStatus<'success' | 'failed'>(input.status);
  return withLeasedJob(ctx, input, (row) => {
    if (row.status === status) return { job_id: row.id, status };
    assertLeased(row);
    const { summary = null, final_result_url = null, error_message = null } = input;
    const completedJob = { ...row, status, summary, final_result_url, error_message };
    statements(ctx.db).complete.run({
      id: row.id,
      status,
      summary,
      final_result_url,
      error_message,
      percent_complete: status === 'success' ? 100 : row.percent_complete,
      completed_at: ctx.clock.now(),
    });
    const { user_id: principal_id } = row;
    if (status === 'success') {
      ctx.emit({ type: 'job.completed', principal_id, payload: { ...toJobEvent(completedJob), summary } });
    } else {
      ctx.emit({ type: 'job.failed', principal_id, payload: { ...toJobEvent(completedJob), error_message } });
    }
    return { job_id: row.id, status };
  });
}
