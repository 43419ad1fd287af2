import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback, transact, url_analysis_cache } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { FeedbackInput, FeedbackReceipt } from './schemas.ts';

/** Keeps a report that a verdict was wrong, with the verdict as it was. Throws NOT_FOUND for a URL never judged. */
export function reportVerdict(
  ctx: CallerContext,
  input: z.infer<typeof FeedbackInput>,
): z.infer<typeof FeedbackReceipt> {
  const judged = ctx.db
    .select()
    .from(url_analysis_cache)
    .where(eq(url_analysis_cache.url_hash, input.url_hash))
    .orderBy(url_analysis_cache.cached_at)
    .all()
    .at(-1);
  if (!judged) throw new ApiError('NOT_FOUND');
  const { url, analysis_result, risk_score, model_version } = judged;
  const row = transact(ctx.db, () => {
    const { url_hash, verdict } = input;
    ctx.emit({
      type: 'scan.reported',
      principal_id: ctx.caller.principal_id,
      payload: { url_hash, verdict },
    });
    return ctx.db
      .insert(scan_feedback)
      .values({
        principal_id: ctx.caller.principal_id,
        url_hash,
        url,
        analysis_result,
        risk_score,
        model_version,
        verdict,
        comment: input.comment ?? null,
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
  });
  return { id: row.id, url_hash: row.url_hash, verdict: row.verdict, created_at: toIso(row.created_at) };
}
