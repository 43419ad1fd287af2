import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback, transact, url_analysis_cache } from '../../../db/index.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { FeedbackReceipt, ReportVerdictInput } from './schemas.ts';

/** Stores a report of a wrong verdict, without personal data, with the verdict it is about. Throws NOT_FOUND for a URL without a verdict. */
export function reportVerdict(
  ctx: CallerContext,
  input: z.infer<typeof ReportVerdictInput>,
): z.infer<typeof FeedbackReceipt> {
  const latest = ctx.db
    .select()
    .from(url_analysis_cache)
    .where(eq(url_analysis_cache.url_hash, input.url_hash))
    .orderBy(url_analysis_cache.cached_at)
    .all()
    .at(-1);
  if (!latest) throw new ApiError('NOT_FOUND');
  const { url, analysis_result, risk_score, model_version } = latest;
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
        comment: input.comment ? maskPersonalData(input.comment).text : null,
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
  });
  return { id: row.id, url_hash: row.url_hash, verdict: row.verdict, created_at: toIso(row.created_at) };
}
