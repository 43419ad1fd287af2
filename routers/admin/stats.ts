import { and, count, countDistinct, desc, eq, gt, gte, isNotNull, type SQL, sql, sum } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
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
import { DAY_MS } from '../core/days.ts';
import { adminProcedure, type UserContext } from '../core/procedures.ts';
import { Timestamp, toIso } from '../core/wire-types.ts';
import { toDollars } from '../insight/llm/money.ts';
import { listBackups } from '../maintenance/backups/rotate.ts';
import { countOpenJobs } from '../maintenance/queue-depths.ts';

const JOB_STATES = ['pending', 'assigned', 'running', 'success', 'failed', 'cancelled'] as const;

const FiguresInput = z.object({
  days: z.int().min(1).max(366).default(30).meta({ description: 'How far back, in days (UTC)', example: 30 }),
});

const Share = z.number().min(0).max(1).nullable().meta({ description: 'null when there was nothing' });
const scans = {
  scans: z.int(),
  dangerous: z.int(),
  cached: z.int(),
  share_dangerous: Share,
  share_cached: Share,
};
const Figures = z
  .object({
    users: z.object({
      total: z.int(),
      admins: z.int(),
      locked: z.int(),
      registered: z.int().meta({ description: 'In these days' }),
      active: z.int().meta({ description: 'With a login used in these days that still stands' }),
      guests: z.int().meta({ description: 'That may come back' }),
    }),
    scans: z.object({
      ...scans,
      days: z.array(z.object({ day: z.iso.date(), ...scans })).meta({ description: 'Newest first' }),
    }),
    jobs: z.object(
      Object.fromEntries(JOB_STATES.map((state) => [state, z.int()])) as Record<
        (typeof JOB_STATES)[number],
        z.ZodInt
      >,
    ),
    llm: z.object({
      requests: z.int().meta({ description: 'In these days' }),
      input_tokens: z.int(),
      output_tokens: z.int(),
      cost_usd: z.number(),
      unpriced: z.int().meta({ description: 'Requests whose cost is not known' }),
    }),
    storage: z.object({
      files: z.int(),
      file_bytes: z.int().meta({ description: 'As users see them: equal contents lie on disk once' }),
      database_bytes: z.int(),
      backups: z.int(),
      newest_backup: z.string().nullable().meta({ example: 'nightly-2026-11-26T03-10-00Z' }),
    }),
    schedule: z.array(
      z.object({
        job: z.string(),
        due_at: Timestamp.meta({ description: 'The time its last turn stands for' }),
        finished_at: Timestamp.nullable().meta({ description: 'null while it runs' }),
        error: z.string().nullable().meta({ description: 'Why its last turn failed' }),
      }),
    ),
  })
  .meta({ id: 'Figures' });
type Figures = z.infer<typeof Figures>;

/** How the product is doing, in numbers. */
function getFigures(ctx: UserContext, { days }: z.infer<typeof FiguresInput>): Figures {
  const now = ctx.clock.now();
  const since = now - (days - 1) * DAY_MS;
  return {
    users: usersOf(ctx, since, now),
    scans: scansOf(ctx, since),
    jobs: jobsOf(ctx),
    llm: llmOf(ctx, since),
    storage: storageOf(ctx),
    schedule: ctx.db
      .select()
      .from(schedule_runs)
      .orderBy(schedule_runs.job)
      .all()
      .map(({ job, period, finished_at, error }) => ({
        job,
        due_at: toIso(period),
        finished_at: finished_at === null ? null : toIso(finished_at),
        error,
      })),
  };
}

function usersOf({ db }: UserContext, since: number, now: number): Figures['users'] {
  const number = (condition: SQL) => sql<number>`count(iif(${condition}, 1, null))`;
  const all = db
    .select({
      total: count(),
      admins: number(eq(users.role, 'admin')),
      locked: number(isNotNull(users.locked_at)),
      registered: number(gte(users.created_at, since)),
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

function scansOf({ db }: UserContext, since: number): Figures['scans'] {
  const rows = db
    .select({
      day: scan_days.day,
      scans: sum(scan_days.scans).mapWith(Number),
      dangerous: sum(scan_days.dangerous).mapWith(Number),
      cached: sum(scan_days.cached).mapWith(Number),
    })
    .from(scan_days)
    .where(gte(scan_days.day, dayOf(since)))
    .groupBy(scan_days.day)
    .orderBy(desc(scan_days.day))
    .all();
  const all = { scans: 0, dangerous: 0, cached: 0 };
  for (const row of rows) {
    all.scans += row.scans;
    all.dangerous += row.dangerous;
    all.cached += row.cached;
  }
  return { ...withShares(all), days: rows.map(({ day, ...row }) => ({ day, ...withShares(row) })) };
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function llmOf({ db }: UserContext, since: number): Figures['llm'] {
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
    .where(gte(llm_cost_totals.day, dayOf(since)))
    .get() as Record<'requests' | 'input_tokens' | 'output_tokens' | 'nanos' | 'unpriced', number>;
  return { ...row, cost_usd: toDollars(nanos) ?? 0 };
}

function withShares(row: { scans: number; dangerous: number; cached: number }) {
  const share = (part: number) => (row.scans === 0 ? null : part / row.scans);
  return { ...row, share_dangerous: share(row.dangerous), share_cached: share(row.cached) };
}

function jobsOf({ db }: UserContext): Figures['jobs'] {
  const over = sql`${jobs.status} in ('success', 'failed', 'cancelled')`;
  const rows = db
    .select({ status: jobs.status, n: count() })
    .from(jobs)
    .where(over)
    .groupBy(jobs.status)
    .all();
  const none = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Figures['jobs'];
  return { ...none, ...countOpenJobs(db), ...Object.fromEntries(rows.map(({ status, n }) => [status, n])) };
}

function storageOf({ db, settings }: UserContext): Figures['storage'] {
  const kept = db
    .select({ n: count(), bytes: sum(files.size).mapWith(Number) })
    .from(files)
    .get();
  const size = db.$client.prepare('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size');
  const backups = listBackups(settings.backups.folder);
  return {
    files: kept?.n ?? 0,
    file_bytes: kept?.bytes ?? 0,
    database_bytes: size.pluck().get() as number,
    backups: backups.length,
    newest_backup: backups.at(-1) ?? null,
  };
}

export const getStats = adminProcedure
  .meta({
    openapi: { method: 'GET', path: '/admin/figures', tags: ['Admin'], summary: 'The product in numbers' },
  })
  .input(FiguresInput)
  .output(Figures)
  .query(({ ctx, input }) => getFigures(ctx, input));
