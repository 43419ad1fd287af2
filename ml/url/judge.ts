/** Judges URLs: reading of `ml/url` starts here. */

import type { CanonicalUrl } from './canonical.ts';
import type { UrlClassifier } from './classify.ts';
import { readFacts, type UrlFacts } from './features.ts';
import { type Reason, toReasons } from './reasons.ts';
import { findRedirector, listTargets, type Redirector } from './redirectors.ts';
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
  /** of `analysis_result`: `risk_score` or 1 − `risk_score` (0.5–1 with the threshold 0.5) */
  confidence: number;
  /** highest weight first; never empty for `caution` and `dangerous` */
  reasons: Reason[];
  /** the rule that changed the model's risk */
  rule?: RuleName;
}

export interface Thresholds {
  dangerous: number;
  caution: number;
}

/** What the address alone says, without the model. */
export interface Evidence {
  facts: UrlFacts;
  /** all that are true, highest weight first */
  reasons: readonly Reason[];
  /** set when the URL is known to redirect; its risk is then the redirector's and not the model's */
  redirector: Redirector | null;
}

export interface ScoredUrl {
  evidence: Evidence;
  score: { risk: number };
}

/** A verdict with the risk level `low` gives only reasons of at least this weight. */
export const MIN_REASON_WEIGHT_WHEN_LOW = 0.7;

/** The reason of last resort. Reasons of less weight, such as plain HTTP, do not explain a dangerous verdict. */
const WHOLE_ADDRESS = { code: 'whole_address', weight: 0.3 } as const;

/** A URL and the target addresses that it contains, which are judged together. */
function listAddresses(url: CanonicalUrl): CanonicalUrl[] {
  return [url, ...listTargets(url)];
}

/** The evidence of a URL and of the targets that it contains. */
export function collectAllEvidence(url: CanonicalUrl): Evidence[] {
  return listAddresses(url).map(collectEvidence);
}

/**
 * What the model says of each URL and of the targets that it contains, in their order, from one run of the model.
 * Rejects when the model fails.
 */
export async function estimateRisks(
  urls: readonly CanonicalUrl[],
  classifier: UrlClassifier,
): Promise<number[][]> {
  const groups = urls.map(listAddresses);
  const scores = await classifier.classify(groups.flatMap((group) => group.map(({ href }) => href)));
  let start = 0;
  return groups.map(({ length }) => {
    const risks = scores.slice(start, start + length).map(({ risk }) => risk);
    start += length;
    if (risks.length < length || !risks.every(Number.isFinite)) throw new Error('the model gave no score');
    return risks;
  });
}

/**
 * The verdict on a URL from the evidence and the model's risks, each of the URL and of its targets. Null when their
 * numbers differ: then the risks were stored by a version that found other targets in the URL.
 */
export function judgeByRisks(
  evidence: readonly Evidence[],
  risks: readonly number[],
  thresholds: Thresholds,
): Verdict | null {
  const [url, ...targets] = evidence.map((each, i) => ({ evidence: each, score: { risk: risks[i] ?? 0 } }));
  return url && evidence.length === risks.length ? judgeWithTargets([url, ...targets], thresholds) : null;
}

/** Reads the facts, the reasons and the redirector of an address, in some tens of microseconds. */
export function collectEvidence(url: CanonicalUrl): Evidence {
  const facts = readFacts(url);
  const redirector = findRedirector(url);
  const reasons = toReasons(facts);
  return { facts, redirector, reasons: redirector ? toRedirectorReasons(redirector, reasons) : reasons };
}

/**
 * The worst verdict of a URL and the targets that `listTargets` finds in it. `urls` has the URL first. When a target
 * is the worst, the reasons start with those that name the redirect.
 */
export function judgeWithTargets(
  urls: readonly [ScoredUrl, ...ScoredUrl[]],
  thresholds: Thresholds,
): Verdict {
  const [first, ...targets] = urls;
  const ownVerdict = judgeAddress(first.evidence, first.score, thresholds, { has_judged_targets: true });
  const targetVerdicts = targets.map(({ evidence, score }) =>
    judgeAddress(evidence, score, thresholds, { has_judged_targets: true }),
  );
  return findWorstVerdict(ownVerdict, targetVerdicts);
}

/** The verdict on a redirector whose target is known from elsewhere and has a verdict of its own: the worse of the two. */
export function judgeRedirect(
  url: CanonicalUrl,
  target: { url: CanonicalUrl; verdict: Verdict },
  thresholds: Thresholds,
): Verdict {
  const redirector = findRedirector(url);
  if (redirector === null) return target.verdict;
  const facts = readFacts(url);
  const known = { ...redirector, targets: [target.url], is_page: true };
  const reasons = toRedirectorReasons(known, toReasons(facts));
  const evidence = { facts, reasons, redirector: known };
  const own = judgeAddress(evidence, { risk: 0 }, thresholds, { has_judged_targets: true });
  return findWorstVerdict(own, [target.verdict]);
}

/** The worst of a redirector's verdict and those of its targets, with the reasons that name the redirect first. */
function findWorstVerdict(ownVerdict: Verdict, targetVerdicts: readonly Verdict[]): Verdict {
  const worst = targetVerdicts.reduce((a, b) => (b.risk_score > a.risk_score ? b : a), ownVerdict);
  if (worst === ownVerdict) return ownVerdict;
  const redirectReasons = ownVerdict.reasons.filter(
    ({ code }) => code.startsWith('leads_') || code === 'hides_destination',
  );
  const otherReasons = worst.reasons.filter(
    ({ code, part }) => !redirectReasons.some((reason) => reason.code === code && reason.part === part),
  );
  return { ...worst, reasons: [...redirectReasons, ...otherReasons] };
}

/**
 * The verdict on one address, from the model's risk (0–1, at the prior of the model card) and the rules.
 *
 * Of a redirector the model's risk is ignored, since it would depend on the letters of a random code.
 * `has_judged_targets` says that the targets in the redirector get verdicts of their own.
 */
export function judgeAddress(
  { facts, reasons, redirector }: Evidence,
  score: { risk: number },
  thresholds: Thresholds,
  { has_judged_targets = false } = {},
): Verdict {
  const { risk, rule } = redirector
    ? applyRules(
        { ...facts, is_official: false },
        reasons,
        toRedirectorRisk(redirector, thresholds, { has_judged_targets }),
        thresholds,
      )
    : applyRules(facts, reasons, score.risk, thresholds);
  const isDangerous = risk >= thresholds.dangerous;
  const risk_level = isDangerous ? 'high' : risk >= thresholds.caution ? 'caution' : 'low';
  return {
    verdict: isDangerous ? 'dangerous' : risk_level === 'caution' ? 'caution' : 'safe',
    analysis_result: isDangerous ? 'dangerous' : 'safe',
    risk_score: risk,
    risk_level,
    confidence: isDangerous ? risk : 1 - risk,
    reasons: selectReasons(reasons, risk_level, facts.url),
    ...(rule ? { rule } : {}),
  };
}

/** The reasons to give with a risk level. A URL above `low` that no reason explains gets WHOLE_ADDRESS. */
function selectReasons(
  reasons: readonly Reason[],
  risk_level: Verdict['risk_level'],
  url: CanonicalUrl,
): Reason[] {
  if (risk_level === 'low') return reasons.filter(({ weight }) => weight >= MIN_REASON_WEIGHT_WHEN_LOW);
  const isExplained =
    risk_level === 'caution'
      ? reasons.length > 0
      : reasons.some(({ weight }) => weight >= WHOLE_ADDRESS.weight);
  return isExplained ? [...reasons] : [{ ...WHOLE_ADDRESS, part: url.host }, ...reasons];
}
