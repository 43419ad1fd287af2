import { sql } from 'drizzle-orm';
import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';

/** A repository of a user. What scans, issues and commits say of it is kept on it by the verbs that store those. */
export const projects = sqliteTable(
  'projects',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    local_path: text(),
    /** as it was sent */
    remote_url: text(),
    /** the remote in its one normal form, by which its many spellings are one project */
    remote_key: text(),
    /** when the project got this remote: of several projects with one, the first has the pushes of the shared webhook */
    remote_since: integer(),
    /** how often the secret of its webhook was replaced */
    webhook_rotations: integer().notNull().default(0),
    total_loc: integer(),
    avg_complexity: real(),
    language_stats: text({ mode: 'json' }).$type<Record<string, number>>().notNull().default({}),
    open_issues: integer().notNull().default(0),
    commit_count: integer().notNull().default(0),
    last_scan_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('projects_remote').on(t.user_id, t.remote_key),
    index('projects_remote_folded').on(sql`lower(${t.remote_key})`),
    index('projects_path').on(t.user_id, t.local_path),
  ],
);

/**
 * Work for an agent. Whoever holds a job has a lease on it; `attempts` counts the holdings and is the fencing number
 * of the one that runs. A finished job keeps its last holder.
 */
export const jobs = sqliteTable(
  'jobs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** the owner of the project, so that handing out jobs reads one index */
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    status: text({ enum: ['pending', 'assigned', 'running', 'success', 'failed', 'cancelled'] }).notNull(),
    job_type: text().notNull(),
    payload: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    required_capabilities: text({ mode: 'json' }).$type<string[]>().notNull(),
    priority: integer().notNull().default(0),
    attempts: integer().notNull().default(0),
    max_attempts: integer().notNull(),
    /** when it is to be done at the earliest; null: at once */
    run_at: integer(),
    /** pending jobs are not given out before; back-off moves it */
    available_at: integer().notNull(),
    /** the agents that handed it back last */
    released_by: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    /** the agent's own name for itself, unique for its user; see `agents` */
    agent_id: text(),
    /** what the holder promised at the request that gave it the job */
    heartbeat_seconds: integer(),
    lease_expires_at: integer(),
    percent_complete: real().notNull().default(0),
    summary: text(),
    final_result_url: text(),
    error_message: text(),
    created_at: integer().notNull(),
    assigned_at: integer(),
    started_at: integer(),
    completed_at: integer(),
  },
  (t) => [
    index('jobs_pending').on(t.user_id, sql`${t.priority} desc`, t.id).where(sql`status = 'pending'`),
    index('jobs_leases').on(t.lease_expires_at).where(sql`lease_expires_at is not null`),
    index('jobs_project').on(t.project_id, t.id),
    // Those that are over are counted by it.
    index('jobs_over').on(t.status).where(sql`status in ('success', 'failed', 'cancelled')`),
    index('jobs_agent').on(t.user_id, t.agent_id).where(sql`status in ('assigned', 'running', 'cancelled')`),
  ],
);

/** What a job's agent said while it worked, and what befell the job. */
export const job_log = sqliteTable(
  'job_log',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    job_id: integer()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    log_message: text(),
    percent_complete: real(),
    intermediate_artifact: text({ mode: 'json' }).$type<unknown>(),
    created_at: integer().notNull(),
  },
  (t) => [index('job_log_job').on(t.job_id, t.id)],
);

/** Tool calls of agents: of a job, or of a run of their own. */
export const tool_calls = sqliteTable(
  'tool_calls',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** null when `run_id` is no job's */
    job_id: integer().references(() => jobs.id, { onDelete: 'cascade' }),
    run_id: text().notNull(),
    tool_name: text().notNull(),
    tool_input: text({ mode: 'json' }).$type<unknown>(),
    tool_output: text({ mode: 'json' }).$type<unknown>(),
    created_at: integer().notNull(),
  },
  (t) => [index('tool_calls_job').on(t.job_id, t.id), index('tool_calls_run').on(t.user_id, t.run_id, t.id)],
);

/** The agents of a user, each under the name it gave itself. */
export const agents = sqliteTable(
  'agents',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    agent_id: text().notNull(),
    /** its own word: idle, processing … */
    status: text().notNull(),
    agent_version: text(),
    capabilities: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    /** what it last said it works on */
    current_job_id: text(),
    created_at: integer().notNull(),
    last_seen_at: integer().notNull(),
  },
  (t) => [uniqueIndex('agents_name').on(t.user_id, t.agent_id)],
);

/** Figures that agents report: tokens, latencies, errors. */
export const agent_metrics = sqliteTable(
  'agent_metrics',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    agent_id: text().notNull(),
    name: text().notNull(),
    value: real().notNull(),
    model: text(),
    tool: text(),
    /** as the agent wrote it; it need not be a job's */
    job_id: text(),
    created_at: integer().notNull(),
  },
  (t) => [index('agent_metrics_agent').on(t.user_id, t.agent_id, t.id)],
);
