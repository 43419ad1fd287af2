import { and, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback, scan_history, transact, url_analysis_cache } from '../../../db/index.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { FeedbackReceipt, ReportVerdictInput } from './schemas.ts';

/** Stores a report of a wrong verdict, without personal data, with the verdict it is about. Throws NOT_FOUND for a URL without a verdict. */
export function reportVerdict(
  ctx: CallerContext,
  input: z.infer<typeof ReportVerdictInput>,
): z.infer<typeof FeedbackReceipt> {
  const reported = findLatestVerdict(ctx, input.url_hash) ?? findOwnScan(ctx, input.url_hash);
  if (!reported) throw new ApiError('NOT_FOUND');
  const { url, analysis_result, risk_score, model_version } = reported;
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

interface ReportedVerdict {
  url: string;
  analysis_result: 'safe' | 'dangerous';
  risk_score: number;
  model_version: string;
}

function findLatestVerdict({ db }: CallerContext, url_hash: string): ReportedVerdict | undefined {
  return db
    .select()
    .from(url_analysis_cache)
    .where(eq(url_analysis_cache.url_hash, url_hash))
    .orderBy(desc(url_analysis_cache.cached_at))
    .get();
}

/** A verdict that a list or a feed decided is not in the cache, but in the history of whoever asked. */
function findOwnScan({ db, caller, classifier }: CallerContext, url_hash: string): ReportedVerdict | null {
  const isOwn = and(
    eq(scan_history.principal_id, caller.principal_id),
    eq(scan_history.url_hash, url_hash),
    eq(scan_history.kind, 'url'),
  );
  const row = db.select().from(scan_history).where(isOwn).orderBy(desc(scan_history.id)).get();
  const url = row && canonicalize(row.url);
  if (!url) return null;
  const { analysis_result, confidence } = row;
  const risk_score = analysis_result === 'dangerous' ? confidence : 1 - confidence;
  return { url: url.href, analysis_result, risk_score, model_version: classifier.info.model_version };
}
