import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { listExpressions } from '../../../ml/url/expressions.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import { listTargets } from '../../../ml/url/redirectors.ts';
import type { Context } from '../../core/context.ts';
import { toUtcDate } from '../../core/days.ts';
import type { ScanResult } from '../scan/url-scan.ts';

/** The result for a URL that a feed of known threats lists, or a target that stands in the URL. */
export function findFeedResult({ feeds, clock }: Context, url: CanonicalUrl): ScanResult | null {
  const hits = feeds.find(() => [url, ...listTargets(url)].flatMap(listExpressions), clock.now());
  if (hits.length === 0) return null;
  const listed = hits.map(({ feed, last_seen }) => ({
    code: 'listed_by' as const,
    part: url.host,
    params: { feed, date: toUtcDate(last_seen) },
    weight: 1,
  }));
  const reasons = [...listed, ...findReasons(url)];
  return { verdict: { ...DANGEROUS, reasons }, risks: [], list: null, cached: false, feeds: hits };
}

const DANGEROUS = {
  verdict: 'dangerous',
  analysis_result: 'dangerous',
  confidence: 1,
  risk_score: 1,
  risk_level: 'high',
} as const;
