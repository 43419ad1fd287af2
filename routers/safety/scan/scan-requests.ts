import type { Context } from '../../core/context.ts';
import { findFeedResult } from '../feeds/find-result.ts';
import { findCachedResult } from './cache.ts';
import { judgeManyWithModel } from './judge-with-model.ts';
import { findListResult } from './url-lists.ts';
import type { ScanRequest, ScanResult, UrlScan } from './url-scan.ts';

/** Judges URLs, in their order: by the lists, the feeds, then the cache, and all others in one run of the model. Throws MODEL_ERROR. */
export async function scanRequests(
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
