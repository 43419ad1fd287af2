import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import type { Verdict } from '../../../ml/url/judge.ts';
import { ApiError } from '../../core/errors.ts';

/** A URL that a caller asks about. */
export interface ScanRequest {
  /** as the caller sent it */
  sent: string;
  url: CanonicalUrl;
}

export interface ScanResult {
  verdict: Verdict;
  /** what the model says of the URL and of the targets that it contains; empty when a list decided */
  risks: number[];
  /** the administrators' list that has the URL, if any */
  list: 'allow' | 'deny' | null;
  cached: boolean;
}

export interface UrlScan extends ScanRequest, ScanResult {}

/** Throws INVALID_URL. */
export function parseUrl(sent: string): ScanRequest {
  const url = canonicalize(sent);
  if (!url) throw new ApiError('INVALID_URL');
  return { sent, url };
}
