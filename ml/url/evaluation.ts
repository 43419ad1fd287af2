/** How well scores tell malicious URLs from others. */

export interface LabelledScore {
  is_malicious: boolean;
  /** 0–1 */
  risk: number;
}

export interface Evaluation {
  malicious: number;
  benign: number;
  /** area under the ROC curve; null without both kinds of rows */
  auc: number | null;
  /** share of the malicious above the score that 1 %, and 0.1 %, of the benign reach */
  tpr_at_1_percent: number | null;
  tpr_at_01_percent: number | null;
  /** shares at the threshold: of the malicious, and of the benign */
  detected: number | null;
  false_alarms: number | null;
}

/** Rows of one source, or all. `threshold` is the one that verdicts use. */
export function evaluate(rows: readonly LabelledScore[], threshold: number): Evaluation {
  const malicious = rows.filter(({ is_malicious }) => is_malicious).map(({ risk }) => risk);
  const benign = rows.filter(({ is_malicious }) => !is_malicious).map(({ risk }) => risk);
  return {
    malicious: malicious.length,
    benign: benign.length,
    auc: toAuc(malicious, benign),
    tpr_at_1_percent: toTpr(malicious, benign, 0.01),
    tpr_at_01_percent: toTpr(malicious, benign, 0.001),
    detected: toShare(malicious, (risk) => risk >= threshold),
    false_alarms: toShare(benign, (risk) => risk >= threshold),
  };
}

/** The chance that a malicious row scores above a benign one; ties count half (Mann-Whitney U). */
function toAuc(malicious: readonly number[], benign: readonly number[]): number | null {
  if (malicious.length === 0 || benign.length === 0) return null;
  const all = [
    ...malicious.map((risk) => ({ risk, is_malicious: true })),
    ...benign.map((risk) => ({ risk, is_malicious: false })),
  ].sort((a, b) => a.risk - b.risk);
  let ranks = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.risk === all[start]?.risk) end++;
    const rank = (start + end + 1) / 2;
    for (let i = start; i < end; i++) if (all[i]?.is_malicious) ranks += rank;
    start = end;
  }
  const smallest = (malicious.length * (malicious.length + 1)) / 2;
  return (ranks - smallest) / (malicious.length * benign.length);
}

/** The share of malicious rows that score above all but `rate` of the benign ones. */
function toTpr(malicious: readonly number[], benign: readonly number[], rate: number): number | null {
  if (malicious.length === 0 || benign.length === 0) return null;
  const descending = [...benign].sort((a, b) => b - a);
  const limit = descending[Math.floor(rate * benign.length)] ?? 0;
  return toShare(malicious, (risk) => risk > limit);
}

function toShare(risks: readonly number[], test: (risk: number) => boolean): number | null {
  return risks.length === 0 ? null : risks.filter(test).length / risks.length;
}
