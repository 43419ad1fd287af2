import { and, count, desc, eq, isNull, ne } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback, url_analysis_cache, users } from '../../../db/index.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { FeedbackPage, ListFeedbackInput } from './admin-schemas.ts';

/** Feedback on verdicts, the newest first, with the verdict of the current model while it is cached. */
export function listScanFeedback(
  ctx: UserContext,
  input: z.infer<typeof ListFeedbackInput>,
): z.infer<typeof FeedbackPage> {
  const filter = and(
    input.verdict && eq(scan_feedback.verdict, input.verdict),
    input.analysis_result && eq(scan_feedback.analysis_result, input.analysis_result),
    input.outcome === 'open'
      ? isNull(scan_feedback.outcome)
      : input.outcome && eq(scan_feedback.outcome, input.outcome),
    input.disagreeing ? ne(scan_feedback.verdict, scan_feedback.analysis_result) : undefined,
  );
  const total = ctx.db.select({ n: count() }).from(scan_feedback).where(filter).get()?.n ?? 0;
  const { analysis_result, risk_score, model_version } = url_analysis_cache;
  const currentVerdict = and(
    eq(url_analysis_cache.url_hash, scan_feedback.url_hash),
    eq(model_version, ctx.classifier.info.model_version),
  );
  const found = ctx.db
    .select({
      feedback: scan_feedback,
      now: { analysis_result, risk_score, model_version },
      username: users.username,
    })
    .from(scan_feedback)
    .leftJoin(url_analysis_cache, currentVerdict)
    .leftJoin(users, eq(users.id, scan_feedback.principal_id))
    .where(and(filter, afterCursor(input.cursor, [[scan_feedback.id, 'desc']])))
    .orderBy(desc(scan_feedback.id))
    .limit(input.limit + 1)
    .offset(input.offset)
    .all();
  const { rows, next_cursor } = toPage(found, input.limit, (row) => [row.feedback.id]);
  return {
    total,
    next_cursor,
    feedback: rows.map(({ feedback: { principal_id, ...row }, now, username }) => ({
      ...row,
      now,
      username,
      outcome: row.outcome ?? ('open' as const),
      created_at: toIso(row.created_at),
      decided_at: row.decided_at === null ? null : toIso(row.decided_at),
    })),
  };
}
