import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { classifyUrls } from './classify-urls.ts';
import { findKnownResult, parseUrl, type ScanRequest, type UrlScan } from './known-result.ts';
import { recordScans } from './record-scans.ts';
import type { Analysis, BatchInput, BatchResult } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';

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

/** The same without counting against a rate limit. URLs that cannot be scanned are failures in the result. */
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
  const analyses = new Map(scans.map((scan) => [scan.request, toAnalysis(ctx, scan, now)]));
  const results = requests.map((request) =>
    isInvalid(request) ? toFailure(ctx, request) : (analyses.get(request) as Analysis),
  );
  const dangerous = scans.filter(({ result }) => result.verdict.analysis_result === 'dangerous').length;
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

/** Scans URLs in their order. All that no list and no cache has go through the model in one run. */
async function scanRequests(
  ctx: Context,
  requests: readonly ScanRequest[],
  use_cache: boolean,
): Promise<UrlScan[]> {
  const known = requests.map((request) => ({ request, result: findKnownResult(ctx, request, use_cache) }));
  const unknown = known.filter(({ result }) => !result).map(({ request }) => request.url);
  const verdicts = (unknown.length > 0 ? await classifyUrls(ctx, unknown) : []).values();
  return known.map(({ request, result }) => {
    if (result) return { request, result };
    const verdict = verdicts.next().value;
    if (!verdict) throw new Error('the model gave no verdict');
    return { request, result: { verdict, list: null, cached: false } };
  });
}

function toFailure({ language }: Context, { sent, error }: InvalidUrl) {
  return { url: sent, error_code: error.reason, message: error.sentence(language) };
}
