import { desc, gte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, scan_days, scan_feedback } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS, toUtcDate } from '../../core/days.ts';
import { toIso } from '../../core/wire-types.ts';
import { RECENT_DAYS, type ScanQuality, type ScanQualityInput } from './admin-schemas.ts';

type ScanDay = typeof scan_days.$inferSelect;

/** How well the URL model works: its verdicts by day, the drift of its mean score, and the feedback on verdicts. */
export function getModelQuality(
  ctx: Context,
  { days }: z.infer<typeof ScanQualityInput>,
): z.infer<typeof ScanQuality> {
  const now = ctx.clock.now();
  const since = now - (days - 1) * DAY_MS;
  const rows = ctx.db
    .select()
    .from(scan_days)
    .where(gte(scan_days.day, toUtcDate(since)))
    .orderBy(desc(scan_days.day), desc(scan_days.model_version))
    .all();
  const { model_version } = ctx.classifier.info;
  return {
    model_version,
    days: rows.map(({ judged, risk_sum, ...row }) => ({
      ...row,
      share_dangerous: toRatio(row.dangerous, row.scans),
      mean_risk: toRatio(risk_sum, judged),
    })),
    drift: computeDrift(
      rows.filter((row) => row.model_version === model_version),
      toUtcDate(now - (RECENT_DAYS - 1) * DAY_MS),
    ),
    feedback: summarizeFeedback(ctx.db, since),
  };
}

/**
 * Compares the mean score of the days from `from` on with that of the days before. The standard error treats a score
 * as a share, whose variance is at most p(1 − p).
 */
function computeDrift(rows: readonly ScanDay[], from: string): z.infer<typeof ScanQuality>['drift'] {
  const recent = sumScores(rows.filter(({ day }) => day >= from));
  const earlier = sumScores(rows.filter(({ day }) => day < from));
  const [recentMean, earlierMean] = [toRatio(recent.risk, recent.n), toRatio(earlier.risk, earlier.n)];
  const means = { recent_mean_risk: recentMean, earlier_mean_risk: earlierMean };
  if (recentMean === null || earlierMean === null)
    return { ...means, difference: null, standard_errors: null };
  const error = Math.sqrt(
    (recentMean * (1 - recentMean)) / recent.n + (earlierMean * (1 - earlierMean)) / earlier.n,
  );
  return {
    ...means,
    difference: recentMean - earlierMean,
    standard_errors: error === 0 ? null : (recentMean - earlierMean) / error,
  };
}

function sumScores(rows: readonly ScanDay[]): { n: number; risk: number } {
  return {
    n: rows.reduce((n, row) => n + row.judged, 0),
    risk: rows.reduce((risk, row) => risk + row.risk_sum, 0),
  };
}

function summarizeFeedback(db: Db, since: number): z.infer<typeof ScanQuality>['feedback'] {
  const isRecent = gte(scan_feedback.created_at, since);
  const groups = db
    .select({
      analysis_result: scan_feedback.analysis_result,
      verdict: scan_feedback.verdict,
      n: sql<number>`count(*)`,
    })
    .from(scan_feedback)
    .where(isRecent)
    .groupBy(scan_feedback.analysis_result, scan_feedback.verdict)
    .all();
  const countReports = (analysis_result: string, verdict: string) =>
    groups.find((group) => group.analysis_result === analysis_result && group.verdict === verdict)?.n ?? 0;
  const newest = db
    .select()
    .from(scan_feedback)
    .where(isRecent)
    .orderBy(desc(scan_feedback.id))
    .limit(50)
    .all();
  return {
    total: groups.reduce((total, { n }) => total + n, 0),
    called_dangerous_is_safe: countReports('dangerous', 'safe'),
    called_safe_is_dangerous: countReports('safe', 'dangerous'),
    agreeing: countReports('safe', 'safe') + countReports('dangerous', 'dangerous'),
    newest: newest.map(({ principal_id, url_hash, created_at, ...row }) => ({
      ...row,
      created_at: toIso(created_at),
    })),
  };
}

function toRatio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
