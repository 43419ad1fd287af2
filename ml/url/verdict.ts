/** From the model's risk and the reasons to a verdict. */

import type { CanonicalUrl } from './canonical.ts';
import { readFacts, type UrlFacts } from './features.ts';
import { listReasons, type Reason } from './reasons.ts';
import { findRedirector, type Redirector } from './redirectors.ts';
import { toRedirectorReasons, toRedirectorRisk } from './redirectors-verdict.ts';
import { applyRules, type RuleName } from './rules.ts';

/** What people are told: `caution` says what speaks against a link and leaves the decision to them. */
export type SafetyVerdict = 'safe' | 'caution' | 'dangerous';

export interface Verdict {
  verdict: SafetyVerdict;
  analysis_result: 'safe' | 'dangerous';
  /** 0–1; `dangerous` is exactly `risk_score` ≥ `thresholds.dangerous` */
  risk_score: number;
  risk_level: 'low' | 'caution' | 'high';
  /** of the answer given: `risk_score` or 1 − `risk_score` (0.5–1 with the threshold 0.5) */
  confidence: number;
  /** weightiest first; never empty for `caution` and `dangerous` */
  reasons: Reason[];
  /** the rule that changed what the model alone would have said */
  rule?: RuleName;
}

export interface Thresholds {
  dangerous: number;
  caution: number;
}

/** In a `low` answer only reasons of at least this weight are given: those that matter by themselves. */
export const MATTERS_ALONE = 0.7;

/** The general reason's weight: it comes before facts that explain nothing by themselves, like plain HTTP. */
const WHOLE_ADDRESS = { code: 'whole_address', weight: 0.3 } as const;

const isMinor = ({ weight }: Reason): boolean => weight < WHOLE_ADDRESS.weight;

/** What the address alone says: needed for a verdict, and found out without the model. */
export interface Evidence {
  facts: UrlFacts;
  /** all that are true, weightiest first */
  reasons: readonly Reason[];
  /** set when the link only leads on; then the model has no say */
  redirector: Redirector | null;
}

/** A look at the address, some tens of microseconds. */
export function collectEvidence(url: CanonicalUrl): Evidence {
  const facts = readFacts(url);
  const redirector = findRedirector(url);
  const reasons = listReasons(facts);
  return { facts, redirector, reasons: redirector ? toRedirectorReasons(redirector, reasons) : reasons };
}

/** A link, or one that it leads to, on its way to a verdict. */
export interface Hop {
  evidence: Evidence;
  score: { risk: number };
}

/**
 * The verdict on a link and on all that `listTargets` finds in it: the worst counts, and the reasons say that the
 * link leads there. `hops` has the link first, then its targets in the same order.
 */
export function judgeHops(hops: readonly [Hop, ...Hop[]], thresholds: Thresholds): Verdict {
  const [own, ...targets] = hops.map(({ evidence, score }) => judge(evidence, score, thresholds, true));
  if (own === undefined) throw new Error('a link has at least itself to judge');
  const worst = targets.reduce((a, b) => (b.risk_score > a.risk_score ? b : a), own);
  if (worst === own) return own;
  const way = own.reasons.filter(({ code }) => code.startsWith('leads_') || code === 'hides_destination');
  const rest = worst.reasons.filter(
    ({ code, part }) => !way.some((one) => one.code === code && one.part === part),
  );
  return { ...worst, reasons: [...way, ...rest] };
}

/**
 * The verdict on a URL from the model's risk (0–1, at the prior of its card) and the rules. `reasons` are all that
 * are true for `caution` and `dangerous`, and those of weight ≥ `MATTERS_ALONE` for `low`; a URL that is neither
 * safe nor explained gets the general one, that the model finds the address as a whole like known phishing. A
 * redirector's risk is its scope's; `has_judged_targets` says that the targets in the link get a verdict of their
 * own (`judgeHops`).
 */
export function judge(
  evidence: Evidence,
  score: { risk: number },
  thresholds: Thresholds,
  has_judged_targets = false,
): Verdict {
  const { facts, reasons: found, redirector } = evidence;
  const { risk, rule } = redirector
    ? applyRules(
        { ...facts, vouched: false },
        found,
        toRedirectorRisk(redirector, has_judged_targets, thresholds),
        thresholds,
      )
    : applyRules(facts, found, score.risk, thresholds);
  const dangerous = risk >= thresholds.dangerous;
  const risk_level = dangerous ? 'high' : risk >= thresholds.caution ? 'caution' : 'low';
  const reasons = found.filter(({ weight }) => risk_level !== 'low' || weight >= MATTERS_ALONE);
  const isUnexplained = risk_level === 'caution' ? reasons.length === 0 : dangerous && reasons.every(isMinor);
  if (isUnexplained) {
    reasons.unshift({ ...WHOLE_ADDRESS, part: facts.url.host });
  }
  return {
    verdict: dangerous ? 'dangerous' : risk_level === 'caution' ? 'caution' : 'safe',
    analysis_result: dangerous ? 'dangerous' : 'safe',
    risk_score: risk,
    risk_level,
    confidence: dangerous ? risk : 1 - risk,
    reasons,
    ...(rule ? { rule } : {}),
  };
}
