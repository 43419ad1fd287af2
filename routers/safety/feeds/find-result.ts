import type { FeedHit } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { listExpressions } from '../../../ml/url/expressions.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import { listTargets } from '../../../ml/url/redirectors.ts';
import type { Context } from '../../core/context.ts';
import type { ScanResult } from '../scan/url-scan.ts';

/** The result for a URL that a feed of known threats lists, or a target that stands in the URL. */
export function findFeedResult({ feeds, clock }: Context, url: CanonicalUrl): ScanResult | null {
  const hits = feeds.find(() => [url, ...listTargets(url)].flatMap(listExpressions), clock.now());
  if (hits.length === 0) return null;
  const listed = hits.map(({ feed, last_seen }) => ({
    code: 'listed_by',
    part: url.host,
    params: { feed, date: toDate(last_seen) },
  }));
  const others = findReasons(url).map(({ code, part, params }) => ({
    code,
    part,
    ...(params ? { params } : {}),
  }));
  const reasons = [...listed, ...others];
  const verdict = { ...DANGEROUS, reasons };
  return { verdict, list: null, cached: false, feeds: hits };
}

const DANGEROUS = {
  analysis_result: 'dangerous',
  confidence: 1,
  risk_score: 1,
  risk_level: 'high',
} as const;

function toDate(instant: FeedHit['last_seen']): string {
  return new Date(instant).toISOString().slice(0, 10);
}
