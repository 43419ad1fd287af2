import { expect, test } from 'vitest';
import { evaluate } from '../../ml/url/evaluation.ts';

const rows = (malicious: number[], benign: number[]) => [
  ...malicious.map((risk) => ({ is_malicious: true, risk })),
  ...benign.map((risk) => ({ is_malicious: false, risk })),
];

test('scores that tell all apart have the area 1, equal scores one half, reversed ones 0', () => {
  expect(evaluate(rows([0.9, 0.8], [0.1, 0.2]), 0.5)).toMatchObject({ auc: 1, detected: 1, false_alarms: 0 });
  expect(evaluate(rows([0.5, 0.5], [0.5, 0.5]), 0.5)).toMatchObject({ auc: 0.5, tpr_at_1_percent: 0 });
  expect(evaluate(rows([0.1, 0.2], [0.8, 0.9]), 0.5)).toMatchObject({ auc: 0, detected: 0, false_alarms: 1 });
  // 0.7 is above both benign scores, 0.3 above one of them.
  expect(evaluate(rows([0.7, 0.3], [0.4, 0.2]), 0.5)).toMatchObject({ auc: 0.75 });
});

test('at 1 % false alarms one benign row of a hundred may score higher', () => {
  const benign = Array.from({ length: 100 }, (_, i) => i / 1000);
  benign[99] = 0.9;
  const evaluation = evaluate(rows([0.95, 0.5, 0.05], benign), 0.5);
  expect(evaluation).toMatchObject({ malicious: 3, benign: 100, false_alarms: 0.01 });
  expect(evaluation.tpr_at_1_percent).toBeCloseTo(2 / 3);
  expect(evaluation.tpr_at_01_percent).toBeCloseTo(1 / 3);
});

test('without rows of one kind nothing is made up', () => {
  expect(evaluate(rows([0.9], []), 0.5)).toMatchObject({
    auc: null,
    tpr_at_1_percent: null,
    false_alarms: null,
  });
});
