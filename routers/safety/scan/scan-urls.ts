import { z } from 'zod';
import { QueueFullError } from '../../../ml/fair-queue.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { analyzeUrls } from './analyze-urls.ts';
import { SafetyVerdictSchema, ScanVerdict, UrlHash } from './schemas.ts';

/** URLs that are judged before another caller has a turn. */
const MAX_TURN_URLS = 16;

/** The stored verdict on a URL that was found in a text, a commit or a trace. */
export const UrlFindingSchema = z.object({
  url: z.string().meta({ example: 'https://example.com' }),
  /** absent in findings that an older version stored */
  verdict: SafetyVerdictSchema.optional(),
  analysis_result: ScanVerdict,
  risk_score: z.number(),
  risk_level: z.enum(['low', 'caution', 'high']),
  url_hash: UrlHash,
  domain: z.string().meta({ example: 'example.com' }),
});

/**
 * Judges and records URLs that were found in a text, not sent to be scanned: they count against a rate of their own, and
 * callers take turns. Returns the findings by URL; URLs that cannot be scanned are left out. Throws RATE_LIMIT_EXCEEDED,
 * SERVER_BUSY, MODEL_ERROR.
 */
export async function scanUrls(
  ctx: KeyContext,
  urls: readonly string[],
): Promise<Map<string, z.infer<typeof UrlFindingSchema>>> {
  const findings = new Map<string, z.infer<typeof UrlFindingSchema>>();
  const distinct = [...new Set(urls)];
  if (distinct.length > 0) ctx.consume('found_urls', distinct.length);
  for (let at = 0; at < distinct.length; at += MAX_TURN_URLS) {
    const { results } = await takeTurn(ctx, () =>
      analyzeUrls(ctx, distinct.slice(at, at + MAX_TURN_URLS), { use_cache: true, resolve: false }),
    );
    for (const [i, result] of results.entries()) {
      if ('error_code' in result) continue;
      const { risk_score, risk_level, url_hash, domain } = result.details;
      const { url, verdict, analysis_result } = result;
      findings.set(distinct[at + i] as string, {
        url,
        verdict,
        analysis_result,
        risk_score,
        risk_level,
        url_hash,
        domain,
      });
    }
  }
  return findings;
}

async function takeTurn<T>(ctx: KeyContext, work: () => Promise<T>): Promise<T> {
  try {
    return await ctx.turns.run(String(ctx.caller.principal_id), work);
  } catch (cause) {
    throw cause instanceof QueueFullError ? new ApiError('SERVER_BUSY', { cause }) : cause;
  }
}
