/** Reasons about labels that pretend another site: a domain or an authority in front of the registered domain. */

import { isThrowAwayName, type UrlFacts } from './features.ts';
import type { Reason } from './reasons.ts';

/** The reasons, highest weight first. */
export function findPretenseReasons(facts: UrlFacts): Reason[] {
  if (facts.url.is_ip || facts.is_local || facts.owner !== null) return [];
  return [findDomainInFront(facts), findGovernmentLabel(facts)].filter((reason) => reason !== null);
}

/** What looks like a whole domain in front of another: `solscan.io-explorer.at`. */
const LEADING_SUFFIX = /^(com|net|org|co(?!-op)|kr|gov|info|biz|io|app|finance|me|jp|de|uk|ru|cn)-/;

function findDomainInFront({ url, name, subdomains }: UrlFacts): Reason | null {
  const suffix = LEADING_SUFFIX.exec(name)?.[1];
  const label = subdomains.at(-1);
  if (url.shared_suffix !== null || !suffix || !label) return null;
  const params = { site: url.registrable_domain ?? url.host };
  return { code: 'domain_in_front', part: `${label}.${suffix}`, params, weight: 0.93 };
}

const GOVERNMENT_LABEL = /^(?:gov|gob|gouv|govt)$/;
const GOVERNMENT_SUFFIX = /(?:^|\.)(?:gov|mil|int|go|gob|gouv|govt|gc|gub)(?:\.[a-z]{2})?$/;

/** A government's label below a domain that anyone can register: `gov.cs3a.me`, `www.nta.go.jp.w28vo.com`. */
function findGovernmentLabel({ url, name, subdomains }: UrlFacts): Reason | null {
  if (url.shared_suffix !== null || GOVERNMENT_SUFFIX.test(url.public_suffix ?? '')) return null;
  const at = subdomains.findIndex((label, i) => {
    if (GOVERNMENT_LABEL.test(label)) return true;
    const next = subdomains[i + 1];
    return (
      label === 'go' && (/^(?:kr|jp|th|id|tz|ke|ug)$/.test(next ?? '') || (i > 0 && isThrowAwayName(name)))
    );
  });
  if (at === -1) return null;
  const part = subdomains.slice(Math.max(0, at - 1)).join('.');
  return {
    code: 'government_label',
    part,
    params: { site: url.registrable_domain ?? url.host },
    weight: 0.9,
  };
}
