import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ChatEngine } from '../../../ml/chat/engine.ts';
import { isHeldBy } from '../../../ml/chat/grounding.ts';
import { converse, testEngine } from './engine.ts';
import { ollamaServer, says } from './ollama-server.ts';

const FORBIDDEN = readFileSync(new URL('./fixtures/parrots.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const ABOUT = {
  ko: {
    question: '큐싱이 뭐야?',
    grounded:
      '큐싱은 QR 코드 속에 위험한 주소를 숨겨 가짜 로그인이나 결제 화면으로 이끄는 사기예요 [1]. QR 코드를 찍기만 했을 때 바로 위험해지는 일은 드물어요 [1].',
  },
  en: {
    question: 'what is phishing?',
    grounded:
      'Phishing is a trick in which someone poses as a bank, courier, public office, employer or friend to get your passwords, card details or money [1]. Phishing has different names by the road it takes [1].',
  },
};
const languageOf = (text: string) => (/[가-힣]/.test(text) ? ('ko' as const) : ('en' as const));

let alone: ChatEngine;
beforeAll(async () => {
  alone = await testEngine({ embedder: () => Promise.reject(new Error('not needed here')) });
});
afterAll(() => alone.close());

test('sentences that the passages hold are shown', async () => {
  for (const language of ['ko', 'en'] as const) {
    const { question, grounded } = ABOUT[language];
    const server = await ollamaServer(says(grounded));
    const engine = await parrot(server.host);
    const { answer } = await converse(engine, question, { language });
    expect([language, answer.engine]).toEqual([language, 'ollama']);
  }
});

test('nothing that a parrot says reaches a reader, alone, before or after sentences that are held', async () => {
  expect(FORBIDDEN.length).toBeGreaterThanOrEqual(60);
  const server = await ollamaServer(says(''));
  const engine = await parrot(server.host);
  for (const sentence of FORBIDDEN) {
    const language = languageOf(sentence);
    const { question, grounded } = ABOUT[language];
    const composed = (await converse(alone, question, { language })).answer.bot_response;
    const cited = sentence.replace(/[.]?$/, ' [1].');
    for (const said of [
      `${cited} ${cited}`,
      `${cited} ${grounded}`,
      `${grounded} ${cited}`,
      `${grounded} ${sentence}`,
    ]) {
      server.script = says(said);
      const { answer, tokens, events } = await converse(engine, question, { language });
      expect([said, answer.bot_response]).toEqual([said, composed]);
      expect([said, tokens.trim()]).toEqual([said, composed]);
      expect(events.some(({ type }) => type === 'revised')).toBe(false);
    }
  }
});

test('a sentence is held only with its negation, its office, its number and its advice', () => {
  const source = '돈이 나갔으면 경찰 112나 거래 은행에 전화해 지급정지를 요청하세요.';
  expect(isHeldBy('돈이 나갔으면 112나 거래 은행에 전화해 지급정지를 요청하세요.', source)).toBe(true);
  for (const sentence of [
    '돈이 나갔으면 119나 거래 은행에 전화해 지급정지를 요청하세요.',
    '돈이 나갔으면 112나 거래 은행에 전화해 지급정지를 요청하지 마세요.',
    '돈이 나갔으면 112나 금융감독원에 전화해 지급정지를 요청하세요.',
    '돈이 나갔으면 112나 거래 은행에 돈을 보내 지급정지를 요청하세요.',
  ])
    expect([sentence, isHeldBy(sentence, source)]).toEqual([sentence, false]);
  const english = 'A real bank never asks for your password or a one-time code.';
  expect(isHeldBy('A real bank never asks for your password.', english)).toBe(true);
  expect(isHeldBy('A real bank asks for your password.', english)).toBe(false);
});

async function parrot(host: string): Promise<ChatEngine> {
  const engine = await testEngine({
    ollama: { host, model: 'small', firstTokenMs: 5000, idleMs: 5000 },
    embedder: () => Promise.reject(new Error('not needed here')),
  });
  onTestFinished(() => engine.close());
  return engine;
}
