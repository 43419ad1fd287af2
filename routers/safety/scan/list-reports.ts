import { count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback } from '../../../db/index.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ListReportsInput, VerdictReports } from './schemas.ts';

/** The caller's reports of wrong verdicts and what became of them, the newest first. */
export function listReports(
  { db, caller }: CallerContext,
  { limit, offset }: z.infer<typeof ListReportsInput>,
): z.infer<typeof VerdictReports> {
  const isOwn = eq(scan_feedback.principal_id, caller.principal_id);
  const total = db.select({ n: count() }).from(scan_feedback).where(isOwn).get()?.n ?? 0;
  const rows = db
    .select()
    .from(scan_feedback)
    .where(isOwn)
    .orderBy(desc(scan_feedback.id))
    .limit(limit)
    .offset(offset)
    .all();
  return { total, reports: rows.map(toReport) };
}

function toReport(row: typeof scan_feedback.$inferSelect) {
  const { id, url, url_hash, analysis_result, verdict, comment, answer, outcome, created_at, decided_at } =
    row;
  return {
    ...{ id, url, url_hash, analysis_result, verdict, comment, answer },
    outcome: outcome ?? ('open' as const),
    created_at: toIso(created_at),
    decided_at: decided_at === null ? null : toIso(decided_at),
  };
}
