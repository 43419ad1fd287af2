import { redactSecrets } from '../../../ml/payload/redact.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { recordScans } from './record-scans.ts';
import { resolveRedirectors } from './resolve-redirectors.ts';
import { scanRequests } from './scan-requests.ts';
import type { BatchAnalysis, BatchResult } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';
import { parseUrl, type ScanRequest } from './url-scan.ts';

/** A URL of a batch that cannot be scanned. */
interface InvalidUrl {
  sent: string;
  error: ApiError;
}

/**
 * Judges URLs in one run of the model and records the scans, but counts none against a rate limit. URLs that cannot be
 * scanned are failures in the result. Redirectors are asked only with `resolve`. Throws MODEL_ERROR.
 */
export async function analyzeUrls(
  ctx: Context,
  urls: readonly string[],
  { use_cache, resolve }: { use_cache: boolean; resolve: boolean },
): Promise<BatchResult> {
  const requests = urls.map(parseUrlOrError);
  const judged = await scanRequests(
    ctx,
    requests.filter((request): request is ScanRequest => !isInvalid(request)),
    use_cache,
  );
  const scans = resolve ? await resolveRedirectors(ctx, judged, use_cache) : judged;
  const now = ctx.clock.now();
  recordScans(ctx, scans, now);
  const analyses = scans
    .map((scan): BatchAnalysis => Object.assign(toAnalysis(ctx, scan, now), { kind: 'analysis' as const }))
    .values();
  const results = requests.map((request) =>
    isInvalid(request) ? toFailure(ctx, request) : (analyses.next().value as BatchAnalysis),
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

function toFailure({ language }: Context, { sent, error }: InvalidUrl) {
  return {
    kind: 'failure' as const,
    url: redactSecrets(sent),
    error_code: error.reason,
    message: error.toMessage(language),
  };
}
