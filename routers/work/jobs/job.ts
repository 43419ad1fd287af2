import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, job_log, jobs, preparedStatements, tool_calls } from '../../../db/index.ts';
import type { Caller } from '../../core/context.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import { expireLeases } from './lease.ts';
import { type Job, type JobPage, type JobRef, type ListJobsInput, toJobStatus } from './schemas.ts';

export type JobRow = typeof jobs.$inferSelect;

/** Log entries and tool calls of a job in a response. */
const MAX_ENTRIES = 500;
/** Bytes of the largest column of the log entries, and of the tool calls, of all jobs in a response. */
const MAX_ENTRY_BYTES = 8 * 1024 * 1024;

/** A job of a project that the caller may see. Throws NOT_FOUND. */
export function getJobRowOrThrow(
  db: Db,
  caller: Caller,
  { project_id, job_id }: z.infer<typeof JobRef>,
): JobRow {
  getProjectOrThrow(db, caller, project_id);
  const row = db.select().from(jobs).where(eq(jobs.id, job_id)).get();
  if (!row || row.project_id !== project_id) throw new ApiError('NOT_FOUND');
  return row;
}

/** Throws NOT_FOUND. */
export function getJob(ctx: UserContext, input: z.infer<typeof JobRef>): Job {
  expireLeases(ctx);
  return toJob(ctx.db, getJobRowOrThrow(ctx.db, ctx.caller, input));
}

/** The jobs of a project, the newest first. Throws NOT_FOUND. */
export function listJobs(ctx: UserContext, input: z.infer<typeof ListJobsInput>): z.infer<typeof JobPage> {
  expireLeases(ctx);
  const { id } = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  const condition = and(
    eq(jobs.project_id, id),
    input.status ? eq(jobs.status, toJobStatus(input.status)) : undefined,
  );
  const { limit, offset, cursor } = input;
  const found = ctx.db
    .select()
    .from(jobs)
    .where(and(condition, afterCursor(cursor, [[jobs.id, 'desc']])))
    .orderBy(desc(jobs.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, ({ id }) => [id]);
  const total = ctx.db.select({ n: count() }).from(jobs).where(condition).get()?.n ?? 0;
  return { total, next_cursor, jobs: toJobs(ctx.db, rows) };
}

/** The newest entries of each of these jobs, read by the index, and of those the newest that fit into an answer. */
const isNewestOfJob = (table: typeof job_log | typeof tool_calls, column: string) => sql`${table.id} in (
  select id from (
    select entry.id, sum(coalesce(octet_length(${sql.raw(`entry.${column}`)}), 0)) over (order by entry.id desc) size
    from json_each(${sql.placeholder('ids')}) wanted
    cross join ${table} entry on entry.job_id = wanted.value and entry.id >= coalesce((
      select newer.id from ${table} newer where newer.job_id = wanted.value
      order by newer.id desc limit 1 offset ${sql.raw(String(MAX_ENTRIES - 1))}), 0))
  where size <= ${sql.raw(String(MAX_ENTRY_BYTES))})`;

const statements = preparedStatements((db) => ({
  log: db
    .select()
    .from(job_log)
    .where(isNewestOfJob(job_log, 'intermediate_artifact'))
    .orderBy(job_log.id)
    .prepare(),
  tools: db
    .select()
    .from(tool_calls)
    .where(isNewestOfJob(tool_calls, 'tool_output'))
    .orderBy(tool_calls.id)
    .prepare(),
}));

/** Jobs as the wire carries them, with their log entries and tool calls. */
function toJobs(db: Db, rows: JobRow[]): Job[] {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const log = groupByJob(statements(db).log.all({ ids }));
  const tools = groupByJob(statements(db).tools.all({ ids }));
  return rows.map((row) => toJobWithEntries(row, log.get(row.id) ?? [], tools.get(row.id) ?? []));
}

function groupByJob<T extends { job_id: number | null }>(entries: T[]): Map<number | null, T[]> {
  const groups = new Map<number | null, T[]>();
  for (const entry of entries) {
    const group = groups.get(entry.job_id);
    if (group) group.push(entry);
    else groups.set(entry.job_id, [entry]);
  }
  return groups;
}

/** A job as the wire carries it. */
export function toJob(db: Db, row: JobRow): Job {
  return toJobs(db, [row])[0] as Job;
}

type LogRow = typeof job_log.$inferSelect;
type CallRow = typeof tool_calls.$inferSelect;

function toJobWithEntries(row: JobRow, log: LogRow[], tools: CallRow[]): Job {
  const {
    id,
    project_id,
    agent_id,
    user_id: _,
    available_at: _available_at,
    heartbeat_seconds: _heartbeat_seconds,
    released_by: _released_by,
    ...rest
  } = row;
  return {
    ...rest,
    id,
    job_id: id,
    project: project_id,
    agent: agent_id,
    progress_log: log.map((entry) => ({
      timestamp: toIso(entry.created_at),
      ...(entry.log_message === null ? {} : { log_message: entry.log_message }),
      ...(entry.percent_complete === null ? {} : { percent_complete: entry.percent_complete }),
      ...(entry.intermediate_artifact === null ? {} : { intermediate_artifact: entry.intermediate_artifact }),
    })),
    tool_invocations: tools.map((call) => ({
      timestamp: toIso(call.created_at),
      tool_name: call.tool_name,
      tool_input: call.tool_input,
      ...(call.tool_output === null ? {} : { tool_output: call.tool_output }),
    })),
    run_at: toIsoOrNull(row.run_at),
    lease_expires_at: toIsoOrNull(row.lease_expires_at),
    created_at: toIso(row.created_at),
    assigned_at: toIsoOrNull(row.assigned_at),
    started_at: toIsoOrNull(row.started_at),
    completed_at: toIsoOrNull(row.completed_at),
  };
}

export function toIsoOrNull(instant: number | null): string | null {
  return instant === null ? null : toIso(instant);
}
