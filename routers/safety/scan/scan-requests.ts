import type { Context } from '../../core/context.ts';
import { findFeedResult } from '../feeds/find-result.ts';
import { findCachedResult } from './cache.ts';
import { judgeManyWithModel } from './judge-with-model.ts';
import { findListResult } from './url-lists.ts';
import type { ScanRequest, ScanResult, UrlScan } from './url-scan.ts';

/**
 * Judges URLs, in their order: by the lists, the feeds, then the cache, and all others in one run of the model. It
 * neither records the scans nor counts them. Throws MODEL_ERROR.
 */
export async function scanRequests(
  ctx: Context,
  requests: readonly ScanRequest[],
  use_cache: boolean,
): Promise<UrlScan[]> {
  const resultsWithoutModel = requests.map(
    ({ url }) =>
      findListResult(ctx, url) ?? findFeedResult(ctx, url) ?? (use_cache ? findCachedResult(ctx, url) : null),
  );
  const urlsForModel = requests.filter((_, i) => !resultsWithoutModel[i]).map(({ url }) => url);
  const modelResults = (urlsForModel.length > 0 ? await judgeManyWithModel(ctx, urlsForModel) : []).values();
  return requests.map((request, i) => ({
    ...request,
    ...(resultsWithoutModel[i] ?? (modelResults.next().value as ScanResult)),
  }));
}
