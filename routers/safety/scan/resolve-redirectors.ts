import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { judgeRedirect } from '../../../ml/url/judge.ts';
import type { Context } from '../../core/context.ts';
import type { Network } from '../../core/network.ts';
import { followRedirector, isAskable, type Resolution } from './follow-redirector.ts';
import { findResolution, storeResolution } from './redirect-targets.ts';
import { scanRequests } from './scan-requests.ts';
import { type UrlScan, withoutSecrets } from './url-scan.ts';

const TIMEOUT_MS = 3000;
/** Redirectors asked for one call; the others keep the verdict of an unknown target. */
const MAX_ASKED = 10;
/** Redirectors asked at once by one process. */
const MAX_IN_FLIGHT = 32;

/** Redirectors that are being asked, by the hash of the URL: concurrent scans of one URL share the answer. */
const inFlight = new WeakMap<Network, Map<string, Promise<Resolution>>>();

/**
 * With `RESOLVE_REDIRECTS`, asks redirectors where links lead and judges the targets; the worse verdict counts. A
 * redirector that does not say leaves the verdict as it is. Throws MODEL_ERROR.
 */
export async function resolveRedirectors(
  ctx: Context,
  scans: readonly UrlScan[],
  use_cache: boolean,
): Promise<UrlScan[]> {
  const { network } = ctx;
  if (network === null) return [...scans];
  const unknown = scans.filter(({ url, list, feeds }) => list === null && !feeds && isAskable(url));
  const resolutions = await Promise.all(
    unknown.map((scan, i) =>
      i < MAX_ASKED
        ? resolveUrl(ctx, network, scan.url, use_cache)
        : ({ failure: 'too_many_links' } as const),
    ),
  );
  const requests = resolutions.map((resolution) =>
    'target' in resolution ? withoutSecrets({ sent: resolution.target.href, url: resolution.target }) : null,
  );
  const found = requests.filter((request) => request !== null);
  const targets = (found.length > 0 ? await scanRequests(ctx, found, use_cache) : []).values();
  const resolved = new Map(
    unknown.map((scan, i) => {
      const resolution = resolutions[i] as Resolution;
      if ('failure' in resolution) return [scan, { ...scan, redirect_failure: resolution.failure }];
      return [scan, withTarget(ctx, scan, targets.next().value as UrlScan)];
    }),
  );
  return scans.map((scan) => resolved.get(scan) ?? scan);
}

function withTarget({ classifier }: Context, scan: UrlScan, target: UrlScan): UrlScan {
  const verdict = judgeRedirect(scan.url, target, classifier.info.thresholds);
  return { ...scan, verdict, target, ...(target.feeds ? { feeds: target.feeds } : {}) };
}

async function resolveUrl(
  ctx: Context,
  network: Network,
  url: CanonicalUrl,
  use_cache: boolean,
): Promise<Resolution> {
  const known = use_cache ? findResolution(ctx, url) : null;
  if (known) return known;
  const asked = inFlight.get(network) ?? new Map<string, Promise<Resolution>>();
  inFlight.set(network, asked);
  const running = asked.get(url.hash);
  if (running) return running;
  if (asked.size >= MAX_IN_FLIGHT) return { failure: 'busy' };
  const answer = followRedirector(network, url, TIMEOUT_MS).finally(() => asked.delete(url.hash));
  asked.set(url.hash, answer);
  const resolution = await answer;
  storeResolution(ctx, url, resolution);
  return resolution;
}
