import { expect, test } from 'vitest';
import { OutputGuardrail } from '../../../ml/chat/output-guardrail.ts';
import { compilePolicies } from '../../../ml/text/policies.ts';

const GROUNDS =
  'Report it at https://www.kisa.or.kr/report or call 118. See also boho.or.kr and https://naver.com/help/safe.';

function clean(answer: string): string {
  const guardrail = new OutputGuardrail({
    language: 'en',
    allowedText: GROUNDS,
    passages: 1,
    canary: 'canary-0123456789',
    secret: '',
    policies: compilePolicies([]),
    dangerVerdict: null,
    removedText: '[removed]',
  });
  return guardrail.push(answer) + guardrail.end();
}

test('a link is shown only when its very host is in the passages, however it is written', () => {
  for (const link of [
    'https://www.kisa.or.kr/report',
    'kisa.or.kr',
    'https://boho.or.kr',
    'https://naver.com/help',
  ]) {
    expect(clean(`You can open the page of the office at ${link} and read what to do next.`)).toContain(link);
  }
  for (const link of [
    'https://isa.or.kr',
    'https://oho.or.kr',
    'https://www.kisa.or.kr.evil.com/report',
    'https://www.kisa.or.kr@evil.com/',
    'https://evil-kisa.or.kr',
    'https://naver.com/login',
    'https://aver.com/help',
    'evil․com',
    'evil．com',
    'evil。com',
    'evil . com',
    'evil .com',
  ]) {
    const shown = clean(`You can open the page of the office at ${link} and read what to do next.`);
    expect([link, /evil|isa\.or|oho\.or|login|aver\.com/.test(shown)]).toEqual([link, false]);
    expect(shown).toContain('read what to do next');
  }
});
