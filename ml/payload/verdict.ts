/** Combines a payload's own reasons and the verdicts on its links. */

import type { Thresholds } from '../url/judge.ts';
import type { Payload, PayloadReason } from './payload.ts';

export type PayloadVerdict = 'safe' | 'caution' | 'dangerous';

/** The risks of a payload's own reasons, equal to those that rules give to URLs. */
const DANGER_RISK = 0.9;
const NO_RISK = 0.02;

function toOwnRisk(reasons: readonly PayloadReason[], at: Thresholds): number {
  if (reasons.some(({ level }) => level === 'dangerous')) return Math.max(DANGER_RISK, at.dangerous);
  if (reasons.some(({ level }) => level === 'caution')) return (at.caution + at.dangerous) / 2;
  return Math.min(NO_RISK, at.caution / 2);
}

/** The worst of the payload's own reasons and its links. `risk_score` is 0–1, for the thresholds of the URL model. */
export function judgePayload(
  payload: Payload,
  links: readonly { risk_score: number }[],
  at: Thresholds,
): { verdict: PayloadVerdict; risk_score: number } {
  const risk_score = Math.max(toOwnRisk(payload.reasons, at), ...links.map((link) => link.risk_score));
  const verdict = risk_score >= at.dangerous ? 'dangerous' : risk_score >= at.caution ? 'caution' : 'safe';
  return { verdict, risk_score };
}
