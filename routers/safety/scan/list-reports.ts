import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback } from '../../../db/index.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ListReportsInput, VerdictReports } from './schemas.ts';

/** The caller's reports of wrong verdicts and what became of them, the newest first. */
export function listReports(
  { db, caller }: CallerContext,
  { limit, offset, cursor }: z.infer<typeof ListReportsInput>,
): z.infer<typeof VerdictReports> {
  const isOwn = eq(scan_feedback.principal_id, caller.principal_id);
  const total = db.select({ n: count() }).from(scan_feedback).where(isOwn).get()?.n ?? 0;
  const found = db
    .select()
    .from(scan_feedback)
    .where(and(isOwn, afterCursor(cursor, [[scan_feedback.id, 'desc']])))
    .orderBy(desc(scan_feedback.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.id]);
  return { total, next_cursor, reports: rows.map(toReport) };
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
