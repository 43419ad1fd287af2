import { expect } from 'vitest';
import type { TestClient } from './app.ts';

/** The guide's examples, with tool calls where it has dots. */
export const TRACE = {
  run_id: 'llm-run-987',
  prompt: 'Translate this to Korean: ...',
  response: '한국어로 번역: ...',
  masked_prompt: 'Translate this to Korean: [MASKED]',
  tool_calls: [{ name: 'lookup', arguments: { word: 'morning' } }],
  metadata: { model: 'gpt-4o-mini' },
};
export const FEEDBACK = {
  trace_id: 'llm-run-987',
  rating: 'good',
  comment: '번역이 매우 자연스러웠습니다.',
  tags: ['translation', 'korean'],
};
export const COST = { model_name: 'gpt-4o-mini', input_tokens: 1200, output_tokens: 400, cost_usd: 0.0024 };

/** Reports the guide's trace, with what is different about it. */
export async function add(it: TestClient, more: object = {}) {
  const { status, body } = await it.post('/llm/traces', { ...TRACE, ...more });
  expect([status, body.code]).toEqual([201, undefined]);
  return body as { trace_id: number; run_id: string };
}
