/** The reasons and the risk of a redirector: the same for all codes of a host. */

import type { CanonicalUrl } from './canonical.ts';
import type { ReasonCode } from './reason-texts.ts';
import type { Reason } from './reasons.ts';
import { findRedirector, type Redirector } from './redirectors.ts';

/** Reasons about the spelling of a link. All other reasons would depend on the letters of a random code. */
const SPELLING_REASONS = new Set<ReasonCode>([
  'userinfo',
  'mixed_scripts',
  'backslash',
  'odd_port',
  'plain_http',
  'too_long',
]);

/** Risk of a link that redirects only to pages of its operator. */
const OWN_PAGES_RISK = 0.02;

/** The reasons of a redirector, highest weight first. */
export function toRedirectorReasons(redirector: Redirector, reasons: readonly Reason[]): Reason[] {
  const { host, operator, scope, targets, is_page } = redirector;
  const params = { operator: operator ?? host };
  const redirectReasons: Reason[] = targets.map((target) => ({
    code: 'leads_to',
    part: target.host,
    params: { site: host },
    weight: 0.7,
  }));
  if (scope === 'operator') redirectReasons.push({ code: 'leads_within', part: host, params, weight: 0.7 });
  else if (scope === 'user_content')
    redirectReasons.push({ code: 'leads_to_user_content', part: host, params, weight: 0.7 });
  else if (!is_page || targets.length === 0)
    redirectReasons.push({ code: 'hides_destination', part: host, weight: 0.7 });
  return [...redirectReasons, ...reasons.filter(({ code }) => SPELLING_REASONS.has(code))].sort(
    (a, b) => b.weight - a.weight,
  );
}

/**
 * The risk of a redirector by itself: the middle between the thresholds when its destination is unknown, and almost
 * none when it only redirects to its operator's pages or when its targets get verdicts of their own
 * (`has_judged_targets`).
 */
export function toRedirectorRisk(
  { scope, is_page, targets }: Redirector,
  thresholds: { caution: number; dangerous: number },
  { has_judged_targets }: { has_judged_targets: boolean },
): number {
  const isKnown = scope !== 'open' || (is_page && targets.length > 0 && has_judged_targets);
  return isKnown
    ? Math.min(OWN_PAGES_RISK, thresholds.caution / 2)
    : (thresholds.caution + thresholds.dangerous) / 2;
}

/** `details.redirector` of an answer; null when the URL is no redirector. */
export function toRedirectorDetails(
  url: CanonicalUrl,
): { host: string; operator: string | null; target?: string } | null {
  const redirector = findRedirector(url);
  if (redirector === null) return null;
  const { host, operator, targets } = redirector;
  return { host, operator, ...(targets[0] ? { target: targets[0].href } : {}) };
}
