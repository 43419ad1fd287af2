import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatEngine, FallbackReason } from '../../../ml/chat/engine.ts';
import { converse, testEngine } from './engine.ts';
import { json, type OllamaServer, ollamaServer, pause, piece, type Script, says } from './ollama-server.ts';

const QUESTION = '큐싱이 뭐야?';
/** Sentences that the passage holds, as a model says them and as they are shown. */
const GOOD =
  '큐싱은 QR 코드 속에 위험한 주소를 숨겨 가짜 로그인이나 결제 화면으로 이끄는 사기예요 [1]. QR 코드를 찍기만 했을 때 바로 위험해지는 일은 드물어요 [1].';
const SHOWN = GOOD.replaceAll(' [1]', '');
const COMPOSED = '큐싱(quishing)은 QR 코드와 피싱을 합친 말';

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
  expect(answer.bot_response).toContain(COMPOSED);
  expect(answer.sources).toEqual([
    { id: 'quishing', title: expect.any(String), passage: expect.stringContaining(COMPOSED) },
  ]);
}

test('the composed answer is sent at once, and a version of the model whose sentences the passages hold replaces what explains', async () => {
  const { server, engine, fallbacks } = await withModel(says(GOOD.slice(0, 20), GOOD.slice(20)));
  const { answer, events, tokens } = await converse(engine, QUESTION);
  expect(tokens).toContain(COMPOSED);
  const kinds = events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
  expect(kinds).toEqual(['intent', 'token', 'revised', 'done']);
  expect(answer).toMatchObject({ engine: 'ollama', intent_type: 'security_qa' });
  expect(answer.bot_response.startsWith(`${SHOWN}\n\n`)).toBe(true);
  expect(answer.bot_response).toContain('출처: ');
  expect(answer.sources?.map(({ id }) => id)).toEqual(['quishing']);
  expect(fallbacks).toEqual([]);
  const [asked] = server.asked;
  expect(asked).toMatchObject({
    model: 'small',
    think: false,
    keep_alive: '10m',
    options: { num_ctx: 16_384 },
  });
  expect(asked?.messages.at(-1)?.content).toMatch(/Question: 큐싱이 뭐야\?$/);
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
  expect((await converse(engine, QUESTION)).answer.bot_response).toContain(SHOWN);
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
    says('Quishing is a kind of phishing that hides a dangerous address inside a QR code [1].'),
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

test('who leaves in the middle of a version ends the request to the model', async () => {
  const { server, engine } = await withModel(async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let i = 0; i < 200 && !response.destroyed; i++) {
      piece(response, `${i} `);
      await pause(10);
    }
  });
  const leave = new AbortController();
  const leaving = converse(engine, QUESTION, { signal: leave.signal });
  await waitFor(() => server.asked.length === 1);
  leave.abort();
  await expect(leaving).rejects.toThrow(/abort/i);
  await waitFor(() => server.left === 1);
});

test('who waits for one answer waits no longer than they said', async () => {
  const { engine, fallbacks } = await withModel(() => {}, { firstTokenMs: 10_000, idleMs: 10_000 });
  const from = performance.now();
  expect((await converse(engine, QUESTION, { revisionMs: 150 })).answer.engine).toBe('extractive');
  expect(performance.now() - from).toBeLessThan(2000);
  expect(fallbacks).toEqual(['late']);
});

test('after two failures in a row the model is left alone, and health says so', async () => {
  const { server, engine, fallbacks } = await withModel((response) => json(response, 500, { error: 'oom' }));
  for (let i = 0; i < 4; i++) expect((await converse(engine, QUESTION)).answer.engine).toBe('extractive');
  expect(fallbacks).toEqual(['error', 'error', 'breaker', 'breaker']);
  expect(server.asked).toHaveLength(2);
  expect(await engine.llm()).toBe('resting');
});

test('a model that is loading is not cancelled by a question that gives up', async () => {
  let loads = 0;
  const server = await ollamaServer(says(GOOD), async () => {
    loads++;
    await pause(600);
  });
  const engine = await testEngine({
    ollama: { host: server.host, model: 'small', firstTokenMs: 5000, idleMs: 2000 },
    embedder: () => Promise.reject(new Error('not needed here')),
  });
  expect((await converse(engine, QUESTION, { revisionMs: 50 })).answer.engine).toBe('extractive');
  expect((await converse(engine, QUESTION)).answer.engine).toBe('ollama');
  expect(loads).toBe(1);
});

test('an answer that the limit of tokens cut, one sentence, no citation and a loop are not shown', async () => {
  const cut = async (response: Parameters<Script>[0]) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    piece(response, GOOD);
    response.end(
      `${JSON.stringify({ model: 'small', message: { role: 'assistant', content: '' }, done: true, done_reason: 'length' })}\n`,
    );
  };
  await fallsBack(cut, 'incomplete');
  await fallsBack(says(GOOD.slice(0, GOOD.indexOf('.') + 1)), 'incomplete');
  await fallsBack(says(SHOWN), 'uncited');
  await fallsBack(
    says(...Array.from({ length: 29 }, () => 'QR 코드를 찍을 때는 주소를 먼저 보세요 [1].\n')),
    'repetition',
  );
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
