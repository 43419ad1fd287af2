import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { analyzeUrls } from './analyze-urls.ts';
import type { BatchInput, BatchResult } from './schemas.ts';

/** `analyzeUrls` for a caller: counts every URL against the rate limit. Throws RATE_LIMIT_EXCEEDED, MODEL_ERROR. */
export async function analyzeBatch(ctx: Context, input: z.infer<typeof BatchInput>): Promise<BatchResult> {
  ctx.consume('scan', input.urls.length);
  return analyzeUrls(ctx, input.urls, { use_cache: input.use_cache, resolve: true });
}
