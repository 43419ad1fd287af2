/** Reasons about brands: their names and domains in the addresses of others. */

import { type Brand, findBrandByDomain } from './brands.ts';
import { listWords, type UrlFacts } from './features.ts';
import { findBrandByName, findLookalike, type Lookalike, splitLabel } from './lookalike.ts';
import type { Reason } from './reasons.ts';
import { STRONG_BAIT, TENANT_DOMAINS } from './wordlists.ts';

/** A brand's names, for the sentences. */
function brandParams(brand: Brand): Record<string, string> {
  return { brand: brand.name, brand_ko: brand.hangul[0] ?? brand.name };
}

function lookalikeReason(lookalike: Lookalike, facts: UrlFacts, isSubdomain: boolean): Reason | null {
  const { brand, kind, part, bait, is_strong_bait, is_separate } = lookalike;
  const change = isSubdomain ? null : findNameChange(lookalike, facts);
  const params = {
    ...brandParams(brand),
    ...(is_strong_bait && bait ? { bait } : {}),
    ...(change ? { change } : {}),
  };
  if (kind === 'homoglyph') return { code: 'disguised_brand', part, params, weight: 0.97 };
  if (kind === 'typo') return { code: 'misspelt_brand', part, params, weight: is_strong_bait ? 0.93 : 0.88 };
  const isCheapHost = facts.risky_suffix || facts.url.shared_suffix !== null;
  if (isSubdomain) {
    if (!is_separate || (!is_strong_bait && TENANT_DOMAINS.has(facts.url.registrable_domain ?? '')))
      return null;
    return { code: 'brand_in_subdomain', part, params, weight: is_strong_bait ? 0.9 : 0.6 };
  }
  if (
    !is_separate &&
    change === null &&
    !brand.names.some((text) => text.length >= 7 && part.includes(text))
  ) {
    return { code: 'brand_at_start', part, params, weight: 0.4 };
  }
  // A brand may have a domain under a further suffix that the list lacks.
  if (change === null && part === facts.name && bait === null && !isCheapHost && !part.includes('-'))
    return null;
  const weight = change
    ? Math.max(0.8, is_strong_bait ? 0.92 : 0)
    : !is_separate
      ? 0.4
      : is_strong_bait
        ? 0.92
        : facts.risky_suffix
          ? 0.78
          : bait
            ? 0.75
            : isCheapHost
              ? 0.62
              : 0.55;
  return { code: 'brand_in_domain', part: facts.name, params, weight };
}

/** Suffixes of four letters and more under which brands have sites for developers and applicants. */
const COMPANY_SUFFIXES = new Set([
  'design',
  'engineering',
  'careers',
  'jobs',
  'blog',
  'tech',
  'google',
  'page',
]);

/**
 * How a registered name changes a brand's name, in ways that were measured (RULES.md): a few letters or digits more, a
 * hyphen, a suffix that the brand does not have, a bait word joined to it, or the brand's domain without its dots.
 */
function findNameChange(lookalike: Lookalike, facts: UrlFacts): string | null {
  const { url, name } = facts;
  const { brand, kind, part, bait, change } = lookalike;
  if (kind !== 'name') return null;
  // Anyone registers below `com.de`, which looks like the `.com` of the brand; below `com.br` brands have national sites.
  if (url.shared_suffix?.startsWith('com.') && brand.domains.includes(`${part}.com`)) return 'suffix';
  if (url.shared_suffix !== null) return null;
  const joined = name.replaceAll('-', '');
  if (!brand.names.includes(joined) && brand.domains.some((domain) => isDomainWithoutDots(domain, joined)))
    return 'domain';
  const ending = part === name ? findAuthorityEnding(brand, facts) : null;
  if (ending !== null) return isSenseless(ending) ? 'senseless_letters' : 'letters';
  if (change !== null) return part === name ? change : null;
  if (part !== name || brand.names.every((text) => !isDistinctiveName(brand, text, name))) return null;
  if (bait !== null) return 'word';
  const suffix = url.public_suffix ?? '';
  const isNewSuffix = !suffix.includes('.') && suffix.length > 3 && !COMPANY_SUFFIXES.has(suffix);
  return brand.names.includes(name) && (brand.single_market || isNewSuffix) ? 'suffix' : null;
}

/** What follows an authority's name outside of Korea: `smski` in `efinesmski.com`; null when there is no such name. */
function findAuthorityEnding(brand: Brand, { url, name }: UrlFacts): string | null {
  const isAuthority = brand.domains.some((domain) => domain.endsWith('.go.kr'));
  if (!isAuthority || /(?:^|\.)kr$/.test(url.public_suffix ?? '')) return null;
  const text = brand.names.find((text) => name.startsWith(text) && isDistinctiveName(brand, text, name));
  return text === undefined || text === name ? null : name.slice(text.length);
}

/** A few letters that no language has in a word. */
function isSenseless(ending: string): boolean {
  return ending.length <= 6 && /[bcdfghj-np-tvwxz]{3}/.test(ending);
}

/** Whether `joined` is a domain, or its first labels, without dots: `efinego` for efine.go.kr, `navercom`. */
function isDomainWithoutDots(domain: string, joined: string): boolean {
  const labels = domain.split('.');
  return labels.some((_, i) => i > 0 && labels.slice(0, i + 1).join('') === joined);
}

/** Whether `text` is one of the brand's names that mean nothing else, and is in `name`. */
function isDistinctiveName({ ordinary }: Brand, text: string, name: string): boolean {
  return text.length >= 5 && name.includes(text) && !ordinary?.includes(text);
}

/** Finds a brand's domain in front of another domain: `www.paypal.com` or `paypal-com`. */
function findBrandDomain(facts: UrlFacts): Reason | null {
  const { url, subdomains, name, owner } = facts;
  const site = url.registrable_domain ?? url.host;
  const precedingLabels = `.${[...subdomains, name].join('.')}.`;
  const pieces = precedingLabels.slice(1, -1).split(/[.-]/);
  for (let start = 0; start < pieces.length; start++) {
    for (let end = Math.min(pieces.length, start + 3); end > start + 1; end--) {
      const domain = pieces.slice(start, end).join('.');
      const brand = findBrandByDomain(domain);
      if (brand === null || brand === owner) continue;
      // With hyphens only a distinctive name counts, or three labels such as `amazon-co-jp`: `web-dev` is not
      // web.dev.
      const isDotted = precedingLabels.includes(`.${domain}.`) || precedingLabels.includes(`.${domain}-`);
      const isDistinctive = domain.split('.').length > 2 || (start > 0 && /^gov?\.[a-z]{2}$/.test(domain));
      if (!isDotted && !isDistinctive && findBrandByName(pieces[start] ?? '') === null) continue;
      return {
        code: 'brand_domain_in_host',
        part: domain,
        params: { ...brandParams(brand), site },
        weight: 0.95,
      };
    }
  }
  return null;
}

function findBrandInPath(facts: UrlFacts): Reason | null {
  const { url, owner } = facts;
  const isCheapHost = url.is_ip || facts.risky_suffix || url.shared_suffix !== null || owner !== null;
  for (const segment of url.path.toLowerCase().split('/')) {
    const domain = segment.startsWith('www.') ? segment.slice(4) : segment;
    const ownerOfDomain = segment.includes('.') ? findBrandByDomain(domain) : null;
    const words = ownerOfDomain ? [] : listWords(segment);
    const brand = ownerOfDomain ?? words.map(findBrandByName).find((brand) => brand !== null) ?? null;
    if (brand === null || brand === owner) continue;
    // A title that names a brand is harmless; a request to log in there is not.
    const bait = words.length > 1 && words.some((word) => STRONG_BAIT.has(word));
    const asksForLogin = facts.path_login_words.length > 0 && words.length === 1;
    if (
      ownerOfDomain
        ? !(isCheapHost || facts.path_login_words.length > 0)
        : !(isCheapHost && (bait || asksForLogin))
    )
      continue;
    return { code: 'brand_in_path', part: segment, params: brandParams(brand), weight: 0.5 };
  }
  return null;
}

/** Reasons about a brand's name in somebody else's address, at most one for each brand. */
export function findBrandReasons(facts: UrlFacts): Reason[] {
  if (facts.url.is_ip || facts.is_local) return [findBrandInPath(facts)].filter((reason) => reason !== null);
  if (facts.is_official) return [];
  const candidates: (Reason | null)[] = [findBrandDomain(facts)];
  const context = splitLabel(facts.name);
  for (const [i, label] of [facts.name, ...facts.subdomains].entries()) {
    const lookalike = findLookalike(label, i === 0 ? [] : context);
    if (lookalike === null || lookalike.brand === facts.owner) continue;
    candidates.push(lookalikeReason(lookalike, facts, i > 0));
  }
  candidates.push(findBrandInPath(facts));
  const brandsWithReason = new Set<string>();
  return candidates
    .filter((reason) => reason !== null)
    .sort((a, b) => b.weight - a.weight)
    .filter(
      ({ params }) => !brandsWithReason.has(params?.brand ?? '') && brandsWithReason.add(params?.brand ?? ''),
    );
}
