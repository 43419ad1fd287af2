import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import type { Verdict } from '../../../ml/url/verdict.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { findCachedVerdict } from './cache.ts';
import { judgeByList, judgeByRisks } from './classify-urls.ts';
import { matchUrlList } from './url-lists.ts';

/** A URL to scan. */
export interface ScanRequest {
  /** as the caller sent it */
  sent: string;
  url: CanonicalUrl;
}

export interface ScanResult {
  verdict: Verdict;
  /** what the model said of the link and of what it leads to; empty when a list decided */
  risks: number[];
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
  if (list) return { verdict: judgeByList(url, list), risks: [], list, cached: false };
  if (!use_cache) return null;
  const row = findCachedVerdict(ctx.db, url.hash, ctx.classifier.info.model_version, ctx.clock.now());
  const verdict = row && judgeByRisks(ctx, url, row.risks);
  return verdict && { verdict, risks: row.risks, list: null, cached: true };
}
