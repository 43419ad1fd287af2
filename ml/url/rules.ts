/**
 * Rules that change what the model alone would say. Each that raises a verdict was measured, hits next to no benign
 * URL, and (but for the last) finds malicious ones the model misses. Malicious / benign hits on `train` and `valid`:
 * `disguised_brand` 1,131 / 1 and 37 / 0, `brand_domain_in_host` 8,134 / 0 and 244 / 0, `brand_with_bait` 5,278 / 13
 * and 167 / 0, `brand_on_risky_suffix` 12,609 / 5 and 407 / 0; only to `caution`: `brand_in_subdomain` 11,282 / 20 and
 * 349 / 0, `misspelt_brand` 3,566 / 52 and 105 / 0, `trick_in_address` 51 / 0 and 3 / 0. How it was counted, and what
 * was left out: `ml/training/url/RULES.md`.
 */

import type { UrlFacts } from './features.ts';
import type { ReasonCode } from './reason-texts.ts';
import type { Reason } from './reasons.ts';
import type { Thresholds } from './verdict.ts';

/** A look-alike in the host, of any kind. */
const BRAND_IN_HOST = new Set<ReasonCode>([
  'disguised_brand',
  'misspelt_brand',
  'brand_domain_in_host',
  'brand_in_domain',
  'brand_in_subdomain',
]);

/** Ways to write an address that honest ones have no use for; a site's name before `@` is another. */
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
    // Previews on shared hosting are named after the repository (`kim-github-io.pages.dev`).
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

export interface Ruled {
  risk: number;
  /** the rule that changed the risk */
  rule?: RuleName;
}

/** The risk a rule gives: well above the bar, and below what the model says when it is sure. */
const RISK_OF_RULE = 0.9;

/** How far below a bar a lowered risk stays. */
const MARGIN = 1e-3;

/**
 * What the rules make of the model's risk.
 * - `own_domain`: on a brand's own host, where not just anyone may publish, the model alone never warns: the risk
 *   stays below `caution`, or below `dangerous` when the address carries another one to lead on to.
 * - `local_address`: nobody far away can put a page there; below `dangerous`.
 * - all others raise it, to a fixed risk or to half-way between the two bars.
 */
export function applyRules(facts: UrlFacts, reasons: readonly Reason[], risk: number, at: Thresholds): Ruled {
  if (facts.vouched) {
    return lowered(risk, has(reasons, 'embedded_url') ? at.dangerous : at.caution, 'own_domain');
  }
  if (facts.is_local) return lowered(risk, at.dangerous, 'local_address');
  if (risk >= at.dangerous) return { risk };
  const rule = RAISING_RULES.find(({ applies }) => applies(facts, reasons));
  if (rule === undefined) return { risk };
  const raised = rule.to === 'dangerous' ? RISK_OF_RULE : (at.caution + at.dangerous) / 2;
  return raised > risk ? { risk: raised, rule: rule.name } : { risk };
}

function lowered(risk: number, bar: number, rule: RuleName): Ruled {
  return risk >= bar ? { risk: Math.max(0, bar - MARGIN), rule } : { risk };
}
