import type { Context } from '../../core/context.ts';
import { classifyUrls } from './classify-urls.ts';
import { findKnownResult, type ScanRequest, type UrlScan } from './known-result.ts';

/** Scans URLs in their order. All that no list and no cache has go through the model in one run. Throws MODEL_ERROR. */
export async function scanRequests(
  ctx: Context,
  requests: readonly ScanRequest[],
  use_cache: boolean,
): Promise<UrlScan[]> {
  const known = requests.map((request) => ({ request, result: findKnownResult(ctx, request, use_cache) }));
  const unknown = known.filter(({ result }) => !result).map(({ request }) => request.url);
  const results = (unknown.length > 0 ? await classifyUrls(ctx, unknown) : []).values();
  return known.map(({ request, result: knownResult }) => {
    const result = knownResult ?? results.next().value;
    if (!result) throw new Error('the model gave no verdict');
    return { request, result };
  });
}
