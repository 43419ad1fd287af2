/** From the model's risk and the reasons to a verdict. */

import type { CanonicalUrl } from './canonical.ts';
import { readFacts, type UrlFacts } from './features.ts';
import { type Reason, reasonsOf } from './reasons.ts';

/** A rule that changed what the model alone would have said. */
export type Rule = 'own_domain' | 'local_address' | 'disguised_brand' | 'brand_bait';

export interface Verdict {
  analysis_result: 'safe' | 'dangerous';
  /** 0–1; `dangerous` is exactly `risk_score` ≥ `thresholds.dangerous` */
  risk_score: number;
  risk_level: 'low' | 'caution' | 'high';
  /** of the answer given: `risk_score` or 1 − `risk_score` (0.5–1 with the threshold 0.5) */
  confidence: number;
  /** weightiest first; never empty for `dangerous` */
  reasons: Reason[];
  rule?: Rule;
}

export interface Thresholds {
  dangerous: number;
  caution: number;
}

/** In a `low` answer only reasons of at least this weight are given: those that matter by themselves. */
export const MATTERS_ALONE = 0.7;

/** The risk a rule gives: well above the bar, and below what the model can say when it is sure. */
const RISK_OF_RULE = 0.9;

const EPSILON = 1e-3;

interface Ruled {
  risk: number;
  rule?: Rule;
}

/**
 * What the rules make of the model's risk.
 * - `own_domain`: on a brand's own host, where not just anyone may publish, the model alone never warns: the risk
 *   stays below `caution`; below `dangerous` when the address carries another one to lead on to.
 * - `local_address`: nobody far away can put a page there; at most `caution`.
 * - `disguised_brand`, `brand_bait`: look-alikes measured to be right (`ml/training/url/RULES.md`) are dangerous.
 */
function applyRules(facts: UrlFacts, reasons: readonly Reason[], risk: number, at: Thresholds): Ruled {
  if (facts.vouched) {
    const leads_on = reasons.some(({ code }) => code === 'embedded_url');
    return lowered(risk, (leads_on ? at.dangerous : at.caution) - EPSILON, 'own_domain');
  }
  if (facts.is_local) return lowered(risk, at.dangerous - EPSILON, 'local_address');
  if (reasons.some(({ code }) => code === 'disguised_brand')) return raised(risk, 'disguised_brand');
  return { risk };
}

function lowered(risk: number, to: number, rule: Rule): Ruled {
  return risk > to ? { risk: Math.max(0, to), rule } : { risk };
}

function raised(risk: number, rule: Rule): Ruled {
  return risk < RISK_OF_RULE ? { risk: RISK_OF_RULE, rule } : { risk };
}

const WHOLE_ADDRESS = { code: 'whole_address', weight: 0 } as const;

/**
 * The verdict on a URL from the model's risk (0–1, at the prior of its card) and the rules. `reasons` are all that
 * are true for `caution` and `dangerous`, and those of weight ≥ `MATTERS_ALONE` for `low`; a dangerous URL without
 * any gets the general one, that the model finds the address as a whole like known phishing.
 */
export function judge(url: CanonicalUrl, score: { risk: number }, thresholds: Thresholds): Verdict {
  const facts = readFacts(url);
  const found = reasonsOf(facts);
  const { risk, rule } = applyRules(facts, found, score.risk, thresholds);
  const dangerous = risk >= thresholds.dangerous;
  const risk_level = dangerous ? 'high' : risk >= thresholds.caution ? 'caution' : 'low';
  const reasons = risk_level === 'low' ? found.filter(({ weight }) => weight >= MATTERS_ALONE) : found;
  if (dangerous && reasons.length === 0) reasons.push({ ...WHOLE_ADDRESS, part: url.host });
  return {
    analysis_result: dangerous ? 'dangerous' : 'safe',
    risk_score: risk,
    risk_level,
    confidence: dangerous ? risk : 1 - risk,
    reasons,
    ...(rule ? { rule } : {}),
  };
}
