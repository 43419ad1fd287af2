import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { findFeedResult } from '../feeds/find-result.ts';
import { findCachedResult } from './cache.ts';
import { judgeManyWithModel } from './judge-with-model.ts';
import { recordScans } from './record-scans.ts';
import type { Analysis, BatchInput, BatchResult } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';
import { findListResult } from './url-lists.ts';
import { parseUrl, type ScanRequest, type ScanResult, type UrlScan } from './url-scan.ts';

/** A URL of a batch that cannot be scanned. */
interface InvalidUrl {
  sent: string;
  error: ApiError;
}

/** Judges many URLs in one run of the model, each counted against the rate limit. Throws RATE_LIMIT_EXCEEDED, MODEL_ERROR. */
export async function analyzeBatch(ctx: Context, input: z.infer<typeof BatchInput>): Promise<BatchResult> {
  ctx.consume('scan', input.urls.length);
  return analyzeUrls(ctx, input.urls, input.use_cache);
}

/**
 * The same without counting against a rate limit. URLs that cannot be scanned are failures in the result. Throws
 * MODEL_ERROR.
 */
export async function analyzeUrls(
  ctx: Context,
  urls: readonly string[],
  use_cache: boolean,
): Promise<BatchResult> {
  const requests = urls.map(parseUrlOrError);
  const scans = await scanRequests(
    ctx,
    requests.filter((request): request is ScanRequest => !isInvalid(request)),
    use_cache,
  );
  const now = ctx.clock.now();
  recordScans(ctx, scans, now);
  const analyses = scans.map((scan) => toAnalysis(ctx, scan, now)).values();
  const results = requests.map((request) =>
    isInvalid(request) ? toFailure(ctx, request) : (analyses.next().value as Analysis),
  );
  const dangerous = scans.filter(({ verdict }) => verdict.analysis_result === 'dangerous').length;
  return { results, dangerous, safe: scans.length - dangerous, failed: requests.length - scans.length };
}

function parseUrlOrError(sent: string): ScanRequest | InvalidUrl {
  try {
    return parseUrl(sent);
  } catch (error) {
    if (error instanceof ApiError) return { sent, error };
    throw error;
  }
}

function isInvalid(request: ScanRequest | InvalidUrl): request is InvalidUrl {
  return 'error' in request;
}

/** Judges URLs, in their order: by the lists, the feeds, then by the cache, and all others in one run of the model. */
async function scanRequests(
  ctx: Context,
  requests: readonly ScanRequest[],
  use_cache: boolean,
): Promise<UrlScan[]> {
  const known = requests.map(
    ({ url }) =>
      findListResult(ctx, url) ?? findFeedResult(ctx, url) ?? (use_cache ? findCachedResult(ctx, url) : null),
  );
  const unknown = requests.filter((_, i) => !known[i]).map(({ url }) => url);
  const modelResults = (unknown.length > 0 ? await judgeManyWithModel(ctx, unknown) : []).values();
  return requests.map((request, i) => ({
    ...request,
    ...(known[i] ?? (modelResults.next().value as ScanResult)),
  }));
}

function toFailure({ language }: Context, { sent, error }: InvalidUrl) {
  return { url: sent, error_code: error.reason, message: error.sentence(language) };
}
