import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatEngine, FallbackReason } from '../../../ml/chat/engine.ts';
import { converse, testEngine } from './engine.ts';
import { json, type OllamaServer, ollamaServer, pause, piece, type Script, says } from './ollama-server.ts';

const QUESTION = '큐싱이 뭐야?';
const GOOD =
  '큐싱은 QR 코드 속에 위험한 주소를 숨겨 속이는 피싱이에요 [1]. 주소를 먼저 읽고, 이상하면 열지 마세요 [1].';

let warm: ChatEngine;
beforeAll(async () => {
  warm = await testEngine();
});
afterAll(() => warm.close());

async function withModel(script: Script, times = { firstTokenMs: 2000, idleMs: 2000 }) {
  const server = await ollamaServer(script);
  const fallbacks: FallbackReason[] = [];
  const engine = await testEngine({
    ollama: { host: server.host, model: 'small', ...times },
    embedder: () => Promise.reject(new Error('not needed here')),
    onFallback: (reason) => fallbacks.push(reason),
  });
  return { server, engine, fallbacks };
}

async function fallsBack(
  script: Script,
  reason: FallbackReason,
  times?: { firstTokenMs: number; idleMs: number },
) {
  const { engine, fallbacks } = await withModel(script, times);
  const { answer } = await converse(engine, QUESTION);
  expect(fallbacks).toEqual([reason]);
  expect(engine.state().fallbacks).toEqual({ [reason]: 1 });
  expect(answer.engine).toBe('extractive');
  expect(answer.bot_response).toContain('큐싱(quishing)은 QR 코드와 피싱을 합친 말');
  expect(answer.sources).toEqual([{ id: 'quishing', title: expect.any(String) }]);
}

test('a model writes the answer from numbered passages and cites them', async () => {
  const { server, engine, fallbacks } = await withModel(says(GOOD.slice(0, 20), GOOD.slice(20)));
  const { answer, tokens } = await converse(engine, QUESTION);
  expect(answer).toMatchObject({ engine: 'ollama', bot_response: GOOD, intent_type: 'security_qa' });
  expect(answer.sources?.map(({ id }) => id)).toEqual(['quishing']);
  expect(tokens).toBe(GOOD);
  expect(fallbacks).toEqual([]);
  const [asked] = server.asked;
  expect(asked).toMatchObject({
    model: 'small',
    think: false,
    keep_alive: '10m',
    options: { num_ctx: 8192 },
  });
  expect(asked?.messages.at(-1)?.content).toContain('Question: 큐싱이 뭐야?');
});

test('Hangul that is cut in the middle of its bytes arrives whole', async () => {
  const line = Buffer.from(
    `${JSON.stringify({ message: { role: 'assistant', content: GOOD }, done: false })}\n`,
  );
  const { engine } = await withModel(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const byte of line) {
      response.write(Buffer.from([byte]));
      if (byte > 0xe0) await pause(1);
    }
    response.end(`${JSON.stringify({ message: { role: 'assistant', content: '' }, done: true })}\n`);
  });
  expect((await converse(engine, QUESTION)).answer.bot_response).toBe(GOOD);
});

test('a model that is missing is given up for the extractive answer', () =>
  fallsBack((response) => json(response, 404, { error: "model 'small' not found" }), 'model_missing'));

test('a server whose queue is full is given up', () =>
  fallsBack((response) => json(response, 503, { error: 'server busy' }), 'busy'));

test('an error line in the middle of the stream is given up', () =>
  fallsBack(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    piece(response, GOOD);
    response.end(`${JSON.stringify({ error: 'the runner has terminated' })}\n`);
  }, 'error'));

test('a connection that is cut is given up', () =>
  fallsBack(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    piece(response, GOOD);
    await pause(20);
    response.destroy();
  }, 'cut'));

test('a stream that ends without saying that it is done is given up', () =>
  fallsBack(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    piece(response, GOOD);
    response.end();
  }, 'cut'));

test('silence before the first byte is given up in time', () =>
  fallsBack(() => {}, 'first_token_timeout', { firstTokenMs: 150, idleMs: 5000 }));

test('silence between two pieces is given up in time', () =>
  fallsBack(
    (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      piece(response, GOOD);
    },
    'idle_timeout',
    { firstTokenMs: 5000, idleMs: 150 },
  ));

test('an empty answer is given up', () => fallsBack(says(''), 'empty'));

test('an answer in the wrong language is given up', () =>
  fallsBack(
    says('Quishing is a kind of phishing that hides a dangerous address inside a QR code.'),
    'language',
  ));

test('a server that is gone is given up', async () => {
  const fallbacks: FallbackReason[] = [];
  const engine = await testEngine({
    ollama: { host: 'http://127.0.0.1:9', model: 'small', firstTokenMs: 2000, idleMs: 2000 },
    embedder: () => Promise.reject(new Error('not needed here')),
    onFallback: (reason) => fallbacks.push(reason),
  });
  expect((await converse(engine, QUESTION)).answer.engine).toBe('extractive');
  expect(fallbacks).toEqual(['unreachable']);
  expect(await engine.llm()).toBe('unreachable');
});

test('who leaves before the first byte ends the request to the model', async () => {
  const { server, engine, fallbacks } = await withModel(() => {}, { firstTokenMs: 10_000, idleMs: 10_000 });
  const leave = new AbortController();
  setTimeout(() => leave.abort(), 100);
  await expect(converse(engine, QUESTION, { signal: leave.signal })).rejects.toThrow(/abort/i);
  await waitFor(() => server.left === 1);
  expect(fallbacks).toEqual([]);
});

test('who stops listening in the middle ends the request to the model', async () => {
  const { server, engine } = await withModel(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let i = 0; i < 200 && !response.destroyed; i++) {
      piece(response, `${GOOD}\n`);
      await pause(10);
    }
  });
  const request = { message: QUESTION, language: 'ko' as const, turns: [], scanUrls: async () => [] };
  for await (const event of engine.answer(request)) if (event.type === 'token') break;
  await waitFor(() => server.left === 1);
});

test('questions to the model wait in one line, and a line that is too long is answered without it', async () => {
  let running = 0;
  let most = 0;
  const { engine, fallbacks } = await withModel(async (response, messages) => {
    most = Math.max(most, ++running);
    await pause(30);
    running--;
    await says(GOOD)(response, messages);
  });
  const answers = await Promise.all(Array.from({ length: 8 }, () => converse(engine, QUESTION)));
  expect(most).toBe(1);
  expect(answers.filter(({ answer }) => answer.engine === 'ollama')).toHaveLength(5);
  expect(fallbacks).toEqual(['busy', 'busy', 'busy']);
});

test('a model that cannot be told not to think is asked again without that', async () => {
  const { server, engine } = await withModel(async (response, messages) => {
    if (server.asked.at(-1)?.think === false)
      return json(response, 400, { error: 'does not support thinking' });
    await says(GOOD)(response, messages);
  });
  expect((await converse(engine, QUESTION)).answer.engine).toBe('ollama');
  expect(server.asked.map(({ think }) => think)).toEqual([false, undefined]);
});

test('a question that no passage answers is not given to the model', async () => {
  const { server, engine } = await withModel(says(GOOD));
  const { answer } = await converse(engine, '내일 서울 날씨 알려줘');
  expect(answer).toMatchObject({ intent_type: 'general_chat', engine: 'extractive' });
  expect(server.asked).toEqual([]);
});

test('whether the model is there is known', async () => {
  const server: OllamaServer = await ollamaServer(says(GOOD));
  const options = { host: server.host, firstTokenMs: 1000, idleMs: 1000 };
  const embedder = () => Promise.reject(new Error('not needed here'));
  const there = await testEngine({ ollama: { ...options, model: 'small' }, embedder });
  const missing = await testEngine({ ollama: { ...options, model: 'large' }, embedder });
  expect([await there.llm(), await missing.llm(), await warm.llm()]).toEqual([
    'ready',
    'model_missing',
    'off',
  ]);
});

async function waitFor(done: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !done(); i++) await pause(20);
  expect(done()).toBe(true);
}
