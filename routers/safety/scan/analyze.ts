import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { findFeedResult } from '../feeds/find-result.ts';
import { findCachedResult } from './cache.ts';
import { judgeWithModel } from './judge-with-model.ts';
import { recordScans } from './record-scans.ts';
import { resolveRedirectors } from './resolve-redirectors.ts';
import type { Analysis, AnalyzeInput } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';
import { findListResult } from './url-lists.ts';
import { parseUrl } from './url-scan.ts';

/** Judges one URL. Throws INVALID_URL, SEVERAL_LINKS, and MODEL_ERROR, after which nothing is recorded. */
export async function analyzeUrl(ctx: Context, input: z.infer<typeof AnalyzeInput>): Promise<Analysis> {
  const { sent, url } = parseUrl(input.url);
  const result =
    findListResult(ctx, url) ??
    findFeedResult(ctx, url) ??
    (input.use_cache ? findCachedResult(ctx, url) : null) ??
    (await judgeWithModel(ctx, url));
  const [scan] = await resolveRedirectors(ctx, [{ sent, url, ...result }], input.use_cache);
  if (!scan) throw new Error('a request has one scan');
  const now = ctx.clock.now();
  recordScans(ctx, [scan], now);
  return toAnalysis(ctx, scan, now);
}
