import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { classifyUrls } from './classify-urls.ts';
import { findKnownResult, parseUrl, type ScanRequest, type ScanResult } from './known-result.ts';
import { recordScans } from './record-scans.ts';
import type { Analysis, AnalyzeInput } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';

/**
 * Judges one URL: by the allow and deny lists, then the cache, then the model. Throws INVALID_URL, and MODEL_ERROR,
 * after which nothing is recorded.
 */
export async function analyzeUrl(ctx: Context, input: z.infer<typeof AnalyzeInput>): Promise<Analysis> {
  const request = parseUrl(input.url);
  const result = findKnownResult(ctx, request, input.use_cache) ?? (await classifyUrl(ctx, request));
  const scan = { request, result };
  const now = ctx.clock.now();
  recordScans(ctx, [scan], now);
  return toAnalysis(ctx, scan, now);
}

async function classifyUrl(ctx: Context, { url }: ScanRequest): Promise<ScanResult> {
  const [result] = await classifyUrls(ctx, [url]);
  if (!result) throw new Error('the model gave no verdict');
  return result;
}
