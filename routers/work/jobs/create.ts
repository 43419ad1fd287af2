import type { z } from 'zod';
import { jobs } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { withIdempotencyKey } from '../../core/idempotency.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getProjectOrThrow, type ProjectRow } from '../projects/project.ts';
import { type JobRow, toJob } from './job.ts';
import { notifyJobAvailable } from './job-signal.ts';
import { toJobEvent } from './lease.ts';
import type { CreateJobInput, Job } from './schemas.ts';

export interface NewJob {
  job_type: string;
  payload: Record<string, unknown>;
  priority?: number | null | undefined;
  required_capabilities?: string[] | null | undefined;
  max_attempts?: number | null | undefined;
  /** Unix milliseconds */
  run_at?: number | null | undefined;
}

const DEFAULT_MAX_ATTEMPTS = 3;
/** Job types that only agents with this capability get. */
const SPECIALIZED_JOB_TYPES = new Set(['git_scan', 'commit_generation', 'readme_update', 'code_generation']);

/** Queues a job for a project of the caller's. Throws NOT_FOUND. */
export function createJob(ctx: UserContext, input: z.infer<typeof CreateJobInput>): Job {
  let owner: number | null = null;
  const job = withIdempotencyKey(ctx, 'projects.createJob', () => {
    const row = queueJob(ctx, getProjectOrThrow(ctx.db, ctx.caller, input.project_id), input);
    owner = row.user_id;
    return toJob(ctx.db, row);
  });
  if (owner !== null) notifyJobAvailable(ctx, owner);
  return job;
}

/** Adds a job to the queue of the project's owner. The caller calls `notifyJobAvailable` after the commit. */
export function queueJob(
  ctx: Pick<Context, 'db' | 'clock' | 'emit'>,
  project: ProjectRow,
  job: NewJob,
): JobRow {
  const now = ctx.clock.now();
  const row = ctx.db
    .insert(jobs)
    .values({
      project_id: project.id,
      user_id: project.user_id,
      status: 'pending',
      job_type: job.job_type,
      payload: job.payload,
      required_capabilities: job.required_capabilities ?? toRequiredCapabilities(job),
      priority: job.priority ?? 0,
      max_attempts: job.max_attempts ?? DEFAULT_MAX_ATTEMPTS,
      run_at: job.run_at ?? null,
      available_at: Math.max(now, job.run_at ?? now),
      created_at: now,
    })
    .returning()
    .get();
  ctx.emit({ type: 'job.queued', principal_id: row.user_id, payload: toJobEvent(row) });
  return row;
}

function toRequiredCapabilities({ job_type, payload }: NewJob): string[] {
  if (typeof payload.tool_name === 'string' && payload.tool_name !== '') return [payload.tool_name];
  return SPECIALIZED_JOB_TYPES.has(job_type) ? [job_type] : [];
}
