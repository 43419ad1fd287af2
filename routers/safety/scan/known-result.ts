import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { findCachedVerdict, type StoredVerdict } from './cache.ts';
import { toListVerdict } from './classify-urls.ts';
import { matchUrlList } from './url-lists.ts';

/** A URL to scan. */
export interface ScanRequest {
  /** as the caller sent it */
  sent: string;
  url: CanonicalUrl;
}

export interface ScanResult {
  verdict: StoredVerdict;
  /** the administrator's list that decided, if any */
  list: 'allow' | 'deny' | null;
  cached: boolean;
}

export interface UrlScan {
  request: ScanRequest;
  result: ScanResult;
}

/** Throws INVALID_URL. */
export function parseUrl(sent: string): ScanRequest {
  const url = canonicalize(sent);
  if (!url) throw new ApiError('INVALID_URL');
  return { sent, url };
}

/** The result without the model: from the allow and deny lists, then from the cache if `use_cache`. */
export function findKnownResult(ctx: Context, { url }: ScanRequest, use_cache: boolean): ScanResult | null {
  const list = matchUrlList(ctx.db, url);
  if (list) return { verdict: toListVerdict(url, list), list, cached: false };
  if (!use_cache) return null;
  const verdict = findCachedVerdict(ctx.db, url.hash, ctx.classifier.info.model_version, ctx.clock.now());
  return verdict && { verdict, list: null, cached: true };
}
