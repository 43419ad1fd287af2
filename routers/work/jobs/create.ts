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
}

const MAX_ATTEMPTS = 3;
/** Job types that only agents which say so can do. */
const SPECIALITIES = new Set(['git_scan', 'commit_generation', 'readme_update', 'code_generation']);

/** Queues work on a project of mine. Throws NOT_FOUND. */
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

/** Puts a job into the queue of a project's owner. After the commit, `ring` tells agents that wait. */
export function queueJob(
  ctx: Pick<Context, 'db' | 'clock' | 'emit'>,
  project: ProjectRow,
  wanted: NewJob,
): JobRow {
  const now = ctx.clock.now();
  const row = ctx.db
    .insert(jobs)
    .values({
      project_id: project.id,
      user_id: project.user_id,
      status: 'pending',
      job_type: wanted.job_type,
      payload: wanted.payload,
      required_capabilities: wanted.required_capabilities ?? neededFor(wanted),
      priority: wanted.priority ?? 0,
      max_attempts: wanted.max_attempts ?? MAX_ATTEMPTS,
      available_at: now,
      created_at: now,
    })
    .returning()
    .get();
  ctx.emit({ type: 'job.queued', principal_id: row.user_id, payload: toJobEvent(row) });
  return row;
}

function neededFor({ job_type, payload }: NewJob): string[] {
  if (typeof payload.tool_name === 'string' && payload.tool_name !== '') return [payload.tool_name];
  return SPECIALITIES.has(job_type) ? [job_type] : [];
}
