import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { type Attributes, context, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { expect, onTestFinished, test } from 'vitest';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { makeKey, makeUser } from '../../support/callers.ts';

/** The address of the app over HTTP, as exporters need one. */
async function listen({ app }: TestApp): Promise<string> {
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Step {
  name: string;
  attributes?: Attributes;
  events?: [name: string, attributes: Attributes][];
  error?: string;
  within?: Step[];
}

/** Has OpenTelemetry's own SDK make spans and export them. Throws what the exporter was told. */
async function exportSteps(exporter: SpanExporter, steps: readonly Step[]): Promise<void> {
  const failures: unknown[] = [];
  const watched: SpanExporter = {
    export: (spans: ReadableSpan[], done) =>
      exporter.export(spans, (result) => {
        if (result.error) failures.push(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new BatchSpanProcessor(watched)],
  });
  const tracer = provider.getTracer('test');
  const run = (step: Step, parent = context.active()) => {
    const span = tracer.startSpan(step.name, { attributes: step.attributes ?? {} }, parent);
    for (const [name, attributes] of step.events ?? []) span.addEvent(name, attributes);
    if (step.error) span.setStatus({ code: SpanStatusCode.ERROR, message: step.error });
    for (const child of step.within ?? []) run(child, trace.setSpan(parent, span));
    span.end();
  };
  for (const step of steps) run(step);
  await provider.shutdown();
  if (failures[0]) throw failures[0];
}

const GEN_AI: Step = {
  name: 'invoke_agent support',
  attributes: {
    'gen_ai.operation.name': 'invoke_agent',
    'session.id': 's-1',
    'enduser.id': 'kim@example.com',
  },
  within: [
    {
      name: 'execute_tool lookup',
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.call.arguments': '{"phone":"010-1234-5678"}',
        'gen_ai.tool.call.result': 'not found',
      },
      error: 'no such phone 010-1234-5678',
    },
    {
      name: 'chat gpt-4o-mini',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.input.messages': JSON.stringify([
          { role: 'system', parts: [{ type: 'text', content: 'Be brief' }] },
          { role: 'user', parts: [{ type: 'text', content: 'Mail kim@example.com please' }] },
        ]),
        'gen_ai.output.messages': JSON.stringify([
          {
            role: 'assistant',
            parts: [
              { type: 'text', content: 'See http://secure-naver-login.tk' },
              { type: 'tool_call', id: 'c1', name: 'send_mail', arguments: { to: 'kim@example.com' } },
            ],
          },
        ]),
        'gen_ai.usage.input_tokens': 1_000_000,
        'gen_ai.usage.output_tokens': 1_000_000,
        'gen_ai.usage.cache_read.input_tokens': 400_000,
        'gen_ai.usage.reasoning.output_tokens': 200_000,
      },
    },
  ],
};

async function llmKey(app: TestApp): Promise<{ owner: TestClient; key: string }> {
  const owner = await makeUser(app);
  return { owner, key: makeKey(app, owner.id, 'llm').token as string };
}

for (const [format, Exporter] of [
  ['JSON', JsonExporter],
  ['protobuf', ProtobufExporter],
] as const) {
  test(`OpenTelemetry's own exporter reports a tree with nothing but an address and a key (${format})`, async () => {
    const app = testApp();
    const { owner, key } = await llmKey(app);
    const exporter = new Exporter({
      url: `${await listen(app)}/v1/traces`,
      headers: { authorization: `Bearer ${key}` },
      compression: (format === 'JSON' ? 'none' : 'gzip') as never,
    });
    await exportSteps(exporter, [GEN_AI]);
    const { body: list } = await owner.get('/llm/traces');
    expect([list.total, list.traces[0].model, list.traces[0].dangerous_urls]).toEqual([
      1,
      'gpt-4o-mini-2024-07-18',
      1,
    ]);
    const { body } = await owner.get(`/llm/traces/${list.traces[0].trace_id}`);
    expect(body.masked_prompt).toBe('system: Be brief\n\nuser: Mail [EMAIL_1] please');
    expect(body.response).toBe('See http://secure-naver-login.tk');
    expect(body.tool_calls).toEqual([{ name: 'send_mail', arguments: { to: '[EMAIL_1]' } }]);
    // Of a million tokens each, 400,000 from the cache at half the price: 0.6 × 0.15 + 0.4 × 0.075 + 0.60 dollars.
    expect(body.cost).toMatchObject({ requests: 1, input_tokens: 1_000_000, cost_usd: 0.72 });
    const [agent, ...steps] = body.spans;
    expect(agent).toMatchObject({
      ...{ kind: 'agent', parent_span_id: null, failed: false, session_id: 's-1', end_user: '[EMAIL_1]' },
      attributes: { 'service.name': 'shop' },
    });
    expect(steps.map((step: { parent_span_id: string }) => step.parent_span_id)).toEqual([
      agent.span_id,
      agent.span_id,
    ]);
    const byKind = Object.fromEntries(steps.map((step: { kind: string }) => [step.kind, step]));
    expect(byKind.tool).toMatchObject({
      failed: true,
      error: 'no such phone [PHONE_1]',
      output: 'not found',
    });
    expect(byKind.tool.input).toContain('[PHONE_1]');
    expect(byKind.llm).toMatchObject({
      ...{ trace_id: body.trace_id, cached_input_tokens: 400_000, reasoning_tokens: 200_000 },
      ...{ input: null, output: null },
    });
    expect(JSON.stringify(body)).not.toMatch(/kim@example|1234-5678/);
  });
}

/** One call of a model, in the attributes of each kind of client. */
const CLIENTS: Record<string, Step> = {
  'OpenLLMetry, old names': {
    name: 'openai.chat',
    attributes: {
      'llm.request.type': 'chat',
      'gen_ai.system': 'OpenAI',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'Hello?',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'Hi!',
      'gen_ai.completion.0.tool_calls.0.name': 'wave',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"times":2}',
      'gen_ai.usage.prompt_tokens': 10,
      'gen_ai.usage.completion_tokens': 5,
      'gen_ai.usage.cache_read_input_tokens': 4,
      'traceloop.association.properties.session_id': 'conversation',
      'traceloop.association.properties.user_id': 'u1',
    },
  },
  'OpenInference (LangChain, LlamaIndex)': {
    name: 'ChatOpenAI',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Hello?',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'Hi!',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'wave',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"times":2}',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': 5,
      'llm.token_count.prompt_details.cache_read': 4,
      'input.value': 'the whole call',
      'session.id': 'conversation',
      'user.id': 'u1',
    },
  },
  Langfuse: {
    name: 'generate',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini',
      'langfuse.observation.input': JSON.stringify([{ role: 'user', content: 'Hello?' }]),
      'langfuse.observation.output': JSON.stringify({
        role: 'assistant',
        content: 'Hi!',
        tool_calls: [{ id: '1', type: 'function', function: { name: 'wave', arguments: '{"times":2}' } }],
      }),
      'langfuse.observation.usage_details': JSON.stringify({ input: 10, output: 5, input_cached_tokens: 4 }),
      'langfuse.session.id': 'conversation',
      'langfuse.user.id': 'u1',
    },
  },
  'events of the first conventions': {
    name: 'chat gpt-4o-mini',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.conversation.id': 'conversation',
      'user.id': 'u1',
    },
    events: [
      ['gen_ai.user.message', { content: 'Hello?' }],
      [
        'gen_ai.choice',
        {
          message: JSON.stringify({
            content: 'Hi!',
            tool_calls: [{ function: { name: 'wave', arguments: '{"times":2}' } }],
          }),
        },
      ],
    ],
  },
  'AI SDK': {
    name: 'ai.generateText.doGenerate',
    attributes: {
      'ai.model.id': 'gpt-4o-mini',
      'ai.prompt.messages': JSON.stringify([{ role: 'user', content: [{ type: 'text', text: 'Hello?' }] }]),
      'ai.response.text': 'Hi!',
      'ai.usage.promptTokens': 10,
      'ai.usage.completionTokens': 5,
      'ai.usage.cachedInputTokens': 4,
      'session.id': 'conversation',
      'user.id': 'u1',
    },
  },
};

test('each kind of client says the same in its own attributes', async () => {
  const app = testApp();
  const { owner, key } = await llmKey(app);
  const url = `${await listen(app)}/api/public/otel/v1/traces`;
  // Langfuse's clients send both of their keys as Basic.
  const authorization = `Basic ${Buffer.from(`pk-lf-anything:${key}`).toString('base64')}`;
  for (const [client, step] of Object.entries(CLIENTS)) {
    await exportSteps(new ProtobufExporter({ url, headers: { authorization } }), [step]);
    const { body: list } = await owner.get('/llm/traces?limit=1');
    const { body } = await owner.get(`/llm/traces/${list.traces[0].trace_id}`);
    expect(body, client).toMatchObject({ model: 'gpt-4o-mini', masked_prompt: 'Hello?', response: 'Hi!' });
    if (client !== 'AI SDK')
      expect(body.tool_calls, client).toEqual([{ name: 'wave', arguments: { times: 2 } }]);
    expect(body.spans, client).toMatchObject([
      {
        ...{ kind: 'llm', session_id: 'conversation', end_user: 'u1' },
        ...{ input_tokens: 10, output_tokens: 5, cached_input_tokens: 4 },
      },
    ]);
    expect(body.cost.requests, client).toBe(1);
  }
  expect((await owner.get('/llm/traces')).body.total).toBe(Object.keys(CLIENTS).length);
});

const SPAN = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'chat',
  startTimeUnixNano: '1761568496000000000',
  endTimeUnixNano: '1761568497250000000',
  attributes: [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
    { key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } },
  ],
};
const exportOf = (spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

test('an export that is sent again, whole or in part, stores nothing twice; spans of others are others', async () => {
  const app = testApp();
  const { owner, key } = await llmKey(app);
  const client = app.client();
  client.token = key;
  const second = { ...SPAN, spanId: '1111111111111111', parentSpanId: SPAN.spanId };
  expect((await client.post('/v1/traces', exportOf([SPAN]))).body).toEqual({});
  await Promise.all([1, 2, 3].map(() => client.post('/v1/traces', exportOf([SPAN, second]))));
  const { body: list } = await owner.get('/llm/traces');
  expect(list.total).toBe(2);
  const { body } = await owner.get(`/llm/traces/${list.traces[0].trace_id}`);
  expect([body.spans.length, body.cost.requests]).toEqual([2, 2]);
  const other = await llmKey(app);
  client.token = other.key;
  await client.post('/v1/traces', exportOf([SPAN]));
  expect((await other.owner.get('/llm/traces')).body.total).toBe(1);
  expect((await other.owner.get(`/llm/traces/${list.traces[0].trace_id}`)).status).toBe(404);
});

test('spans that are not valid are rejected, told, and do not keep the others from being stored', async () => {
  const app = testApp();
  const { owner, key } = await llmKey(app);
  const client = app.client();
  client.token = key;
  const wrong = [
    { ...SPAN, traceId: 'xyz' },
    { ...SPAN, spanId: '0'.repeat(16) },
    null,
    5,
    { ...SPAN, startTimeUnixNano: '-1' },
  ];
  const { status, body } = await client.post('/v1/traces', exportOf([...wrong, SPAN]));
  expect([status, body.partialSuccess]).toEqual([
    200,
    { rejectedSpans: '5', errorMessage: 'a span has no valid traceId' },
  ]);
  expect((await owner.get('/llm/traces')).body.total).toBe(1);
  const many = Array.from({ length: 1001 }, (_, i) => ({
    ...SPAN,
    spanId: (i + 1).toString(16).padStart(16, '0'),
  }));
  expect((await client.post('/v1/traces', exportOf(many))).body.partialSuccess).toMatchObject({
    rejectedSpans: '1',
  });
  for (const odd of [{}, [], { resourceSpans: 5 }, { resourceSpans: [{ scopeSpans: [null] }] }, 'null'])
    expect((await client.post('/v1/traces', odd)).status, JSON.stringify(odd)).toBe(200);
});

test('who may not, and what is no export, is refused in the format of the request', async () => {
  const app = testApp();
  const { owner, key } = await llmKey(app);
  const client = app.client();
  expect((await client.post('/v1/traces', exportOf([SPAN]))).body.code).toBe('AUTH_REQUIRED');
  const scan = makeKey(app, (await makeUser(app)).id, 'scan');
  expect((await scan.post('/v1/traces', exportOf([SPAN]))).body.code).toBe('FORBIDDEN');
  client.token = key;
  const send = (body: BodyInit, headers: Record<string, string>) =>
    client.send('/v1/traces', { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };
  const protobuf = { 'content-type': 'application/x-protobuf' };
  const gzip = { 'content-encoding': 'gzip' };
  expect((await send('{', json)).body.code).toBe('INVALID_INPUT');
  expect((await send('{}', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await send('no gzip', { ...json, ...gzip })).body.code).toBe('INVALID_INPUT');
  expect((await send('{}', { ...json, 'content-encoding': 'br' })).headers.get('accept-encoding')).toBe(
    'gzip',
  );
  const bomb = gzipSync(Buffer.alloc(9 * 2 ** 20, 0x20));
  expect((await send(bomb, { ...json, ...gzip })).status).toBe(413);
  const broken = await send(new Uint8Array([10, 255, 255, 255]), protobuf);
  expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  // google.rpc.Status begins with its code: 3 is INVALID_ARGUMENT.
  expect([...Buffer.from(broken.body as string).subarray(0, 2)]).toEqual([8, 3]);
  expect((await owner.get('/llm/traces')).body.total).toBe(0);
  // Elsewhere Basic is nobody, since browsers send it by themselves.
  const basic = { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` };
  expect((await app.client().get('/llm/traces', basic)).status).toBe(401);
});

test('an export made to be expensive costs its sender an error, and the next one is taken', async () => {
  const app = testApp({ task_deadline_ms: 3000 });
  const { owner, key } = await llmKey(app);
  const client = app.client();
  client.token = key;
  const text = (value: string) => [{ key: 'gen_ai.prompt', value: { stringValue: value } }];
  const nested = `${'{"arrayValue":{"values":['.repeat(20_000)}${']}}'.repeat(20_000)}`;
  const hostile = [
    exportOf([{ ...SPAN, attributes: text('1'.repeat(4_000_000)) }]),
    exportOf([{ ...SPAN, attributes: text('['.repeat(4_000_000)) }]),
    exportOf([
      {
        ...SPAN,
        attributes: Array.from({ length: 100_000 }, (_, i) => ({ key: `a.${i}`, value: { intValue: i } })),
      },
    ]),
    JSON.stringify(exportOf([{ ...SPAN, attributes: [{ key: 'x', value: 'VALUE' }] }])).replace(
      '"VALUE"',
      nested,
    ),
  ];
  for (const [i, body] of hostile.entries()) {
    const { status } = await client.post('/v1/traces', body);
    expect([200, 400, 413, 503], `shape ${i}`).toContain(status);
  }
  const next = await client.post('/v1/traces', exportOf([{ ...SPAN, spanId: '2222222222222222' }]));
  expect([next.status, next.body]).toEqual([200, {}]);
  expect((await owner.get('/llm/traces')).status).toBe(200);
}, 60_000);
