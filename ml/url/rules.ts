/**
 * Rules that change the model's risk. Each rule that raises it was measured: it hits next to no benign URLs, and all but
 * the last find malicious URLs that the model misses. Malicious / benign hits on `train` and `valid`:
 * `disguised_brand` 1,131 / 1 and 37 / 0, `brand_domain_in_host` 8,134 / 0 and 244 / 0, `brand_with_bait` 5,278 / 13
 * and 167 / 0, `brand_on_risky_suffix` 12,609 / 5 and 407 / 0; only to `caution`: `brand_in_subdomain` 11,282 / 20 and
 * 349 / 0, `misspelt_brand` 3,566 / 52 and 105 / 0, `trick_in_address` 51 / 0 and 3 / 0. `ml/training/url/RULES.md`
 * has the method, and the rules that were not adopted.
 */

import type { UrlFacts } from './features.ts';
import type { Thresholds } from './judge.ts';
import type { ReasonCode } from './reason-texts.ts';
import type { Reason } from './reasons.ts';

/** Reasons about a brand's name in the host of somebody else. */
const BRAND_IN_HOST = new Set<ReasonCode>([
  'disguised_brand',
  'misspelt_brand',
  'brand_domain_in_host',
  'brand_in_domain',
  'brand_in_subdomain',
]);

/** Spellings that serve only to deceive. A host name before `@` is another one. */
const TRICKS = new Set<ReasonCode>([
  'mixed_scripts',
  'double_extension',
  'disguised_ip',
  'backslash',
  'special_network',
]);

export interface RaisingRule {
  name: string;
  to: 'dangerous' | 'caution';
  applies(facts: UrlFacts, reasons: readonly Reason[]): boolean;
}

const has = (reasons: readonly Reason[], code: ReasonCode): boolean =>
  reasons.some((reason) => reason.code === code);

export const RAISING_RULES = [
  {
    name: 'disguised_brand',
    to: 'dangerous',
    applies: (_, reasons) => has(reasons, 'disguised_brand'),
  },
  {
    name: 'brand_domain_in_host',
    to: 'dangerous',
    // Previews on shared hosting have the name of a repository (`kim-github-io.pages.dev`).
    applies: ({ url }, reasons) => url.shared_suffix === null && has(reasons, 'brand_domain_in_host'),
  },
  {
    name: 'brand_with_bait',
    to: 'dangerous',
    applies: (_, reasons) =>
      reasons.some(({ code, params }) => BRAND_IN_HOST.has(code) && params?.bait !== undefined),
  },
  {
    name: 'brand_on_risky_suffix',
    to: 'dangerous',
    applies: ({ risky_suffix }, reasons) =>
      risky_suffix && reasons.some(({ code }) => BRAND_IN_HOST.has(code)),
  },
  {
    name: 'domain_in_front',
    to: 'dangerous',
    applies: (_, reasons) => has(reasons, 'domain_in_front'),
  },
  {
    name: 'government_on_risky_suffix',
    to: 'dangerous',
    applies: ({ risky_suffix }, reasons) => risky_suffix && has(reasons, 'government_label'),
  },
  {
    name: 'brand_with_seed_phrase',
    to: 'dangerous',
    applies: (_, reasons) =>
      has(reasons, 'seed_phrase') && reasons.some(({ code }) => BRAND_IN_HOST.has(code)),
  },
  {
    name: 'authority_with_senseless_letters',
    to: 'dangerous',
    applies: (_, reasons) => reasons.some(({ params }) => params?.change === 'senseless_letters'),
  },
  {
    name: 'brand_domain_without_dots',
    to: 'dangerous',
    applies: (_, reasons) => reasons.some(({ params }) => params?.change === 'domain'),
  },
  {
    name: 'login_words_on_shared_hosting',
    to: 'caution',
    applies: ({ url, host_login_words }) => url.shared_suffix !== null && host_login_words.length > 1,
  },
  { name: 'government_label', to: 'caution', applies: (_, reasons) => has(reasons, 'government_label') },
  {
    name: 'changed_brand',
    to: 'caution',
    applies: (_, reasons) => reasons.some(({ params }) => params?.change !== undefined),
  },
  { name: 'brand_in_subdomain', to: 'caution', applies: (_, reasons) => has(reasons, 'brand_in_subdomain') },
  { name: 'misspelt_brand', to: 'caution', applies: (_, reasons) => has(reasons, 'misspelt_brand') },
  {
    name: 'trick_in_address',
    to: 'caution',
    applies: ({ url }, reasons) =>
      reasons.some(({ code }) => TRICKS.has(code)) ||
      (has(reasons, 'userinfo') && (url.userinfo?.includes('.') ?? false)),
  },
] as const satisfies readonly RaisingRule[];

export type RuleName = 'own_domain' | 'local_address' | (typeof RAISING_RULES)[number]['name'];

export interface RuleResult {
  risk: number;
  /** the rule that changed the risk */
  rule?: RuleName;
}

/** Risk of a URL that a rule calls dangerous: well above the threshold, and below that of a model that is certain. */
const RULE_RISK = 0.9;

/** How far below a threshold a lowered risk is. */
const MARGIN = 1e-3;

/**
 * Applies the rules to the model's risk.
 * - `own_domain`: where only a known brand publishes, the risk stays below `caution`, or below `dangerous` when the
 *   URL contains another URL.
 * - `local_address`: an address of a local network stays below `dangerous`, since a stranger has no page there.
 * - All other rules raise the risk, to RULE_RISK or to the middle between the two thresholds.
 */
export function applyRules(
  facts: UrlFacts,
  reasons: readonly Reason[],
  risk: number,
  thresholds: Thresholds,
): RuleResult {
  if (facts.is_official) {
    return lowerRisk(
      risk,
      has(reasons, 'embedded_url') ? thresholds.dangerous : thresholds.caution,
      'own_domain',
    );
  }
  if (facts.is_local) return lowerRisk(risk, thresholds.dangerous, 'local_address');
  if (risk >= thresholds.dangerous) return { risk };
  const rule = RAISING_RULES.find(({ applies }) => applies(facts, reasons));
  if (rule === undefined) return { risk };
  const raisedRisk = rule.to === 'dangerous' ? RULE_RISK : (thresholds.caution + thresholds.dangerous) / 2;
  return raisedRisk > risk ? { risk: raisedRisk, rule: rule.name } : { risk };
}

function lowerRisk(risk: number, limit: number, rule: RuleName): RuleResult {
  return risk >= limit ? { risk: Math.max(0, limit - MARGIN), rule } : { risk };
}
