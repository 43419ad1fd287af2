/** Metrics of a judged set of messages, as in CARD.md. */

import type { MessageVerdict } from '../../message/judge.ts';
import type { LabelledMessage } from './rows.ts';

export interface MeasuredMessage {
  message: LabelledMessage;
  verdict: MessageVerdict;
}

/** The risk that at most this share of the rows exceeds. */
function riskAt(rows: readonly MeasuredMessage[], share: number): number {
  const risks = rows.map(({ verdict }) => verdict.risk_score).sort((a, b) => b - a);
  return risks[Math.floor(risks.length * share)] ?? 0;
}

const rate = (rows: readonly MeasuredMessage[], test: (row: MeasuredMessage) => boolean): number =>
  rows.length === 0 ? 0 : rows.filter(test).length / rows.length;

export interface MessageFigures {
  rows: { normal: number; spam: number; smishing: number };
  /** recall of smishing at the risk that 1 % of the normal rows exceed */
  recall_at_1: number;
  /** the same with spam among the negatives */
  recall_at_1_all: number;
  /** shares of each label that are `dangerous`, and at least `caution` */
  dangerous: { normal: number; spam: number; smishing: number };
  caution: { normal: number; spam: number; smishing: number };
}

/** Metrics of rows of one language. */
export function measure(rows: readonly MeasuredMessage[]): MessageFigures {
  const by = (label: string) => rows.filter(({ message }) => message.label === label);
  const [normal, spam, smishing] = [by('normal'), by('spam'), by('smishing')];
  const above = (limit: number) => rate(smishing, ({ verdict }) => verdict.risk_score > limit);
  const shares = (test: (row: MeasuredMessage) => boolean) => ({
    normal: rate(normal, test),
    spam: rate(spam, test),
    smishing: rate(smishing, test),
  });
  return {
    rows: { normal: normal.length, spam: spam.length, smishing: smishing.length },
    recall_at_1: above(riskAt(normal, 0.01)),
    recall_at_1_all: above(riskAt([...normal, ...spam], 0.01)),
    dangerous: shares(({ verdict }) => verdict.verdict === 'dangerous'),
    caution: shares(({ verdict }) => verdict.verdict !== 'safe'),
  };
}

const percent = (value: number): string => value.toFixed(3);

export function printFigures(title: string, figures: MessageFigures): void {
  const { rows, dangerous, caution } = figures;
  console.log(
    [
      title,
      `${rows.normal}/${rows.spam}/${rows.smishing}`,
      `recall at 1 % ${percent(figures.recall_at_1)}, with spam ${percent(figures.recall_at_1_all)}`,
      `dangerous ${percent(dangerous.normal)} ${percent(dangerous.spam)} ${percent(dangerous.smishing)}`,
      `at least caution ${percent(caution.normal)} ${percent(caution.spam)} ${percent(caution.smishing)}`,
    ].join(' | '),
  );
}
