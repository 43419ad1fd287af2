import { and, count, countDistinct, desc, eq, gt, gte, isNotNull, type SQL, sql, sum } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';
import {
  files,
  jobs,
  llm_cost_totals,
  principals,
  scan_days,
  schedule_runs,
  sessions,
  users,
} from '../../db/index.ts';
import { DAY_MS, toUtcDate } from '../core/days.ts';
import type { UserContext } from '../core/procedures.ts';
import { toIso } from '../core/wire-types.ts';
import { toDollars } from '../insight/llm/money.ts';
import { listBackups } from '../maintenance/backups/rotate.ts';
import { countOpenJobs } from '../maintenance/queue-depths.ts';
import { JOB_STATES, type Stats, type StatsInput } from './schemas.ts';

/** Statistics of users, scans, jobs, language models, storage and the schedule. */
export function getStats(ctx: UserContext, { days }: z.infer<typeof StatsInput>): Stats {
  const now = ctx.clock.now();
  const since = now - (days - 1) * DAY_MS;
  return {
    users: countUsers(ctx, since, now),
    scans: sumScans(ctx, since),
    jobs: countJobs(ctx),
    llm: sumLlmCosts(ctx, since),
    storage: measureStorage(ctx),
    schedule: listScheduleRuns(ctx),
  };
}

function countUsers({ db }: UserContext, since: number, now: number): Stats['users'] {
  const countIf = (condition: SQL) => sql<number>`count(iif(${condition}, 1, null))`;
  const all = db
    .select({
      total: count(),
      admins: countIf(eq(users.role, 'admin')),
      locked: countIf(isNotNull(users.locked_at)),
      registered: countIf(gte(users.created_at, since)),
    })
    .from(users)
    .get();
  const active = db
    .select({ n: countDistinct(sessions.principal_id) })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.principal_id))
    .where(and(gt(sessions.expires_at, now), gte(sessions.last_used_at, since)))
    .get();
  const guests = db.select({ n: count() }).from(principals).where(sql`${principals.kind} = 'guest'`).get();
  return {
    ...(all ?? { total: 0, admins: 0, locked: 0, registered: 0 }),
    active: active?.n ?? 0,
    guests: guests?.n ?? 0,
  };
}

function sumScans({ db }: UserContext, since: number): Stats['scans'] {
  const rows = db
    .select({
      day: scan_days.day,
      scans: sum(scan_days.scans).mapWith(Number),
      dangerous: sum(scan_days.dangerous).mapWith(Number),
      cached: sum(scan_days.cached).mapWith(Number),
    })
    .from(scan_days)
    .where(gte(scan_days.day, toUtcDate(since)))
    .groupBy(scan_days.day)
    .orderBy(desc(scan_days.day))
    .all();
  const total = { scans: 0, dangerous: 0, cached: 0 };
  for (const row of rows) {
    total.scans += row.scans;
    total.dangerous += row.dangerous;
    total.cached += row.cached;
  }
  return { ...withShares(total), days: rows.map(({ day, ...row }) => ({ day, ...withShares(row) })) };
}

function sumLlmCosts({ db }: UserContext, since: number): Stats['llm'] {
  const total = (column: AnySQLiteColumn) => sql<number>`coalesce(sum(${column}), 0)`;
  const { requests, input_tokens, output_tokens, cost_nanos, unpriced } = llm_cost_totals;
  const { nanos, ...row } = db
    .select({
      requests: total(requests),
      input_tokens: total(input_tokens),
      output_tokens: total(output_tokens),
      nanos: total(cost_nanos),
      unpriced: total(unpriced),
    })
    .from(llm_cost_totals)
    .where(gte(llm_cost_totals.day, toUtcDate(since)))
    .get() as Record<'requests' | 'input_tokens' | 'output_tokens' | 'nanos' | 'unpriced', number>;
  return { ...row, cost_usd: toDollars(nanos) ?? 0 };
}

function withShares(row: { scans: number; dangerous: number; cached: number }) {
  const share = (part: number) => (row.scans === 0 ? null : part / row.scans);
  return { ...row, share_dangerous: share(row.dangerous), share_cached: share(row.cached) };
}

function countJobs({ db }: UserContext): Stats['jobs'] {
  const isFinished = sql`${jobs.status} in ('success', 'failed', 'cancelled')`;
  const rows = db
    .select({ status: jobs.status, n: count() })
    .from(jobs)
    .where(isFinished)
    .groupBy(jobs.status)
    .all();
  const noJobs = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Stats['jobs'];
  return { ...noJobs, ...countOpenJobs(db), ...Object.fromEntries(rows.map(({ status, n }) => [status, n])) };
}

function measureStorage({ db, settings }: UserContext): Stats['storage'] {
  const stored = db
    .select({ n: count(), bytes: sum(files.size).mapWith(Number) })
    .from(files)
    .get();
  const size = db.$client.prepare('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size');
  const backups = listBackups(settings.backups.folder);
  return {
    files: stored?.n ?? 0,
    file_bytes: stored?.bytes ?? 0,
    database_bytes: size.pluck().get() as number,
    backups: backups.length,
    newest_backup: backups.at(-1) ?? null,
  };
}

function listScheduleRuns({ db }: UserContext): Stats['schedule'] {
  const rows = db.select().from(schedule_runs).orderBy(schedule_runs.job).all();
  return rows.map(({ job, period, finished_at, error }) => ({
    job,
    due_at: toIso(period),
    finished_at: finished_at === null ? null : toIso(finished_at),
    error,
  }));
}
