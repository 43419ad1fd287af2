import { and, desc, gte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Db, preparedStatements, scan_days, scan_feedback } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';
import { Result } from './schemas.ts';

/** Days that are compared with those before them. */
const RECENT_DAYS = 7;

export interface ScanStat {
  cached: boolean;
  /** null when the model was not asked: a list decided */
  risk: number | null;
  dangerous: boolean;
}

const statements = preparedStatements((db) => ({
  count: db
    .insert(scan_days)
    .values({
      day: sql.placeholder('day'),
      model_version: sql.placeholder('model_version'),
      scans: 1,
      cached: sql.placeholder('cached'),
      dangerous: sql.placeholder('dangerous'),
      judged: sql.placeholder('judged'),
      risk_sum: sql.placeholder('risk'),
    })
    .onConflictDoUpdate({
      target: [scan_days.day, scan_days.model_version],
      set: {
        scans: sql`${scan_days.scans} + 1`,
        cached: sql`${scan_days.cached} + excluded.cached`,
        dangerous: sql`${scan_days.dangerous} + excluded.dangerous`,
        judged: sql`${scan_days.judged} + excluded.judged`,
        risk_sum: sql`${scan_days.risk_sum} + excluded.risk_sum`,
      },
    })
    .prepare(),
}));

/** Adds one scan to its day. */
export function recordModelStats(
  db: Db,
  model_version: string,
  { cached, risk, dangerous }: ScanStat,
  now: number,
): void {
  const judged = !cached && risk !== null;
  statements(db).count.run({
    day: dayOf(now),
    model_version,
    cached: Number(cached),
    dangerous: Number(dangerous),
    judged: Number(judged),
    risk: judged ? risk : 0,
  });
}

export const QualityInput = z.object({
  days: z.int().min(1).max(366).default(35).meta({ description: 'How far back, in days', example: 35 }),
});

const Share = z.number().min(0).max(1).nullable();
export const Quality = z
  .object({
    model_version: z.string().meta({ description: 'The model that judges now' }),
    days: z
      .array(
        z.object({
          day: z.iso.date(),
          model_version: z.string(),
          scans: z.int(),
          cached: z.int(),
          dangerous: z.int(),
          share_dangerous: Share,
          mean_risk: Share.meta({ description: 'Over the scans that the model was asked for' }),
        }),
      )
      .meta({ description: 'Newest first' }),
    drift: z
      .object({
        recent_mean_risk: Share,
        earlier_mean_risk: Share,
        difference: z.number().nullable(),
        standard_errors: z.number().nullable(),
      })
      .meta({
        description: `The mean score of the last ${RECENT_DAYS} days against that of the days before`,
      }),
    feedback: z.object({
      total: z.int(),
      called_dangerous_is_safe: z.int(),
      called_safe_is_dangerous: z.int(),
      agreeing: z.int(),
      newest: z.array(
        z.object({
          id: z.int(),
          url: z.string(),
          analysis_result: Result,
          risk_score: z.number(),
          model_version: z.string(),
          verdict: Result,
          comment: z.string().nullable(),
          created_at: Timestamp,
        }),
      ),
    }),
  })
  .meta({ id: 'ScanQuality' });

/** How the model is doing: its verdicts by day, the drift of its mean score, and what people say of them. */
export function getModelQuality(ctx: Context, input: z.infer<typeof QualityInput>): z.infer<typeof Quality> {
  const now = ctx.clock.now();
  const since = now - (input.days - 1) * DAY_MS;
  const rows = ctx.db
    .select()
    .from(scan_days)
    .where(gte(scan_days.day, dayOf(since)))
    .orderBy(desc(scan_days.day), desc(scan_days.model_version))
    .all();
  const { model_version } = ctx.classifier.info;
  return {
    model_version,
    days: rows.map(({ day, scans, cached, dangerous, judged, risk_sum, ...row }) => ({
      day,
      model_version: row.model_version,
      scans,
      cached,
      dangerous,
      share_dangerous: ratio(dangerous, scans),
      mean_risk: ratio(risk_sum, judged),
    })),
    drift: driftOf(
      rows.filter((row) => row.model_version === model_version),
      dayOf(now - (RECENT_DAYS - 1) * DAY_MS),
    ),
    feedback: feedbackSince(ctx.db, since),
  };
}

type Row = typeof scan_days.$inferSelect;

/** Means of two stretches of days. The standard error takes a score for a share: its variance is at most p(1 − p). */
function driftOf(rows: readonly Row[], from: string): z.infer<typeof Quality>['drift'] {
  const sum = (some: readonly Row[]) => ({
    n: some.reduce((n, row) => n + row.judged, 0),
    risk: some.reduce((risk, row) => risk + row.risk_sum, 0),
  });
  const recent = sum(rows.filter(({ day }) => day >= from));
  const earlier = sum(rows.filter(({ day }) => day < from));
  const [now, before] = [ratio(recent.risk, recent.n), ratio(earlier.risk, earlier.n)];
  const means = { recent_mean_risk: now, earlier_mean_risk: before };
  if (now === null || before === null) return { ...means, difference: null, standard_errors: null };
  const error = Math.sqrt((now * (1 - now)) / recent.n + (before * (1 - before)) / earlier.n);
  return { ...means, difference: now - before, standard_errors: error === 0 ? null : (now - before) / error };
}

function feedbackSince(db: Db, since: number): z.infer<typeof Quality>['feedback'] {
  const recent = and(gte(scan_feedback.created_at, since));
  const groups = db
    .select({ said: scan_feedback.analysis_result, is: scan_feedback.verdict, n: sql<number>`count(*)` })
    .from(scan_feedback)
    .where(recent)
    .groupBy(scan_feedback.analysis_result, scan_feedback.verdict)
    .all();
  const count = (said: string, is: string) => groups.find((g) => g.said === said && g.is === is)?.n ?? 0;
  const newest = db
    .select()
    .from(scan_feedback)
    .where(recent)
    .orderBy(desc(scan_feedback.id))
    .limit(50)
    .all();
  return {
    total: groups.reduce((total, { n }) => total + n, 0),
    called_dangerous_is_safe: count('dangerous', 'safe'),
    called_safe_is_dangerous: count('safe', 'dangerous'),
    agreeing: count('safe', 'safe') + count('dangerous', 'dangerous'),
    newest: newest.map(({ principal_id, url_hash, created_at, ...row }) => ({
      ...row,
      created_at: toIso(created_at),
    })),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
