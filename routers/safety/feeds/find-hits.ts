import type { FeedHit } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { listExpressions } from '../../../ml/url/expressions.ts';
import { listTargets } from '../../../ml/url/redirectors.ts';
import type { Context } from '../../core/context.ts';

/** The feeds that list a URL or a target that stands in it, each once. */
export function findFeedHits({ feeds, clock }: Context, url: CanonicalUrl): FeedHit[] {
  return feeds.find(() => [url, ...listTargets(url)].flatMap(listExpressions), clock.now());
}
