import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, job_log, jobs, prepared, tool_calls } from '../../../db/index.ts';
import type { Caller, Tx } from '../../context.ts';
import { ApiError } from '../../errors.ts';
import type { UserContext } from '../../trpc.ts';
import { iso } from '../../wire.ts';
import { type Job, type JobPage, type JobPath, type JobsInput, jobStatus } from './job-io.ts';
import { reapLapsed } from './lease.ts';
import { projectOf } from './project.ts';

export type JobRow = typeof jobs.$inferSelect;

/** How many entries of its log, and how many tool calls, an answer carries. */
const SHOWN = 500;

/** A job of a project its caller may see. Throws NOT_FOUND. */
export function jobOf(tx: Tx, caller: Caller, { project_id, job_id }: z.infer<typeof JobPath>): JobRow {
  projectOf(tx, caller, project_id);
  const row = tx.select().from(jobs).where(eq(jobs.id, job_id)).get();
  if (!row || row.project_id !== project_id) throw new ApiError('NOT_FOUND');
  return row;
}

/** Throws NOT_FOUND. */
export function getJob(ctx: UserContext, input: z.infer<typeof JobPath>): Job {
  reapLapsed(ctx);
  return shownJob(ctx.db, jobOf(ctx.db, ctx.me, input));
}

/** The jobs of a project, the newest first. Throws NOT_FOUND. */
export function listJobs(ctx: UserContext, input: z.infer<typeof JobsInput>): z.infer<typeof JobPage> {
  reapLapsed(ctx);
  const { id } = projectOf(ctx.db, ctx.me, input.project_id);
  const wanted = and(
    eq(jobs.project_id, id),
    input.status ? eq(jobs.status, jobStatus(input.status)) : undefined,
  );
  const { limit, offset } = input;
  const page = ctx.db.select().from(jobs).where(wanted).orderBy(desc(jobs.id)).limit(limit).offset(offset);
  const total = ctx.db.select({ n: count() }).from(jobs).where(wanted).get()?.n ?? 0;
  return { total, jobs: page.all().map((row) => shownJob(ctx.db, row)) };
}

const statements = prepared((db) => ({
  log: db
    .select()
    .from(job_log)
    .where(eq(job_log.job_id, sql.placeholder('job_id')))
    .orderBy(desc(job_log.id))
    .limit(SHOWN)
    .prepare(),
  tools: db
    .select()
    .from(tool_calls)
    .where(eq(tool_calls.job_id, sql.placeholder('job_id')))
    .orderBy(desc(tool_calls.id))
    .limit(SHOWN)
    .prepare(),
}));

/** A job as the wire carries it, with what was said of it and the tools that were called. */
export function shownJob(db: Db, row: JobRow): Job {
  const {
    id,
    project_id,
    agent_id,
    user_id: _,
    available_at: _later,
    heartbeat_seconds: _beat,
    ...rest
  } = row;
  const log = statements(db).log.all({ job_id: id }).reverse();
  const tools = statements(db).tools.all({ job_id: id }).reverse();
  return {
    ...rest,
    id,
    job_id: id,
    project: project_id,
    agent: agent_id,
    progress_log: log.map((entry) => ({
      timestamp: iso(entry.created_at),
      ...(entry.log_message === null ? {} : { log_message: entry.log_message }),
      ...(entry.percent_complete === null ? {} : { percent_complete: entry.percent_complete }),
      ...(entry.intermediate_artifact === null ? {} : { intermediate_artifact: entry.intermediate_artifact }),
    })),
    tool_invocations: tools.map((call) => ({
      timestamp: iso(call.created_at),
      tool_name: call.tool_name,
      tool_input: call.tool_input,
      ...(call.tool_output === null ? {} : { tool_output: call.tool_output }),
    })),
    lease_expires_at: isoOrNull(row.lease_expires_at),
    created_at: iso(row.created_at),
    assigned_at: isoOrNull(row.assigned_at),
    started_at: isoOrNull(row.started_at),
    completed_at: isoOrNull(row.completed_at),
  };
}

export function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : iso(instant);
}
