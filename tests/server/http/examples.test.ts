import { toBuffer } from 'qrcode';
import { expect, test } from 'vitest';
import { type Answer, type TestClient, testApp } from '../../support/app.ts';
import { makeUser } from '../../support/callers.ts';
import { exampleInput, filled, INPUTS, kindOf, OBJECTS } from '../../support/objects.ts';
import { everyOperation, type Operation } from '../../support/operations.ts';

const operations = everyOperation();

/** An example cannot know what the server gave out a moment ago, nor a password or a secret. */
const NEEDS_MORE = [
  ...[
    'device.token',
    'device.login',
    'auth.login',
    'auth.refresh',
    'auth.mobileLogin',
    'me.remove',
    'me.update',
  ],
  ...['webhooksGit', 'webhooksProject', 'webhooksAgent'],
];

async function tryExample(
  caller: TestClient,
  operation: Operation,
  path: string,
  input: object,
): Promise<Answer> {
  const { method, parameters, body, form } = operation;
  const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const fields = Object.entries(input);
  const query = new URLSearchParams(
    fields.filter(([name]) => names.includes(name)).map(([name, value]) => [name, String(value)]),
  );
  const target = query.size > 0 ? `${path}?${query}` : path;
  if (!body) return caller.send(target, { method });
  const sent = fields.filter(([name]) => !names.includes(name));
  if (form) {
    const data = new FormData();
    for (const [name, value] of sent) data.set(name, String(value));
    const picture = await toBuffer('https://example.com');
    data.set('file', new File([new Uint8Array(picture)], 'code.png', { type: 'image/png' }));
    return caller.send(target, { method, body: data });
  }
  const headers = { 'content-type': 'application/json' };
  return caller.send(target, { method, headers, body: JSON.stringify(Object.fromEntries(sent)) });
}

const streams = operations.all.filter(({ type }) => type === 'subscription').map(({ name }) => name);
const tried = operations.all.filter(({ name }) => !streams.includes(name));

test('the server takes the example of every operation, and answers with a status of the document', async () => {
  const app = testApp({ rate_limits: false });
  const wrong: string[] = [];
  for (const operation of tried) {
    const admin = await makeUser(app, 'admin');
    const kind = kindOf(operation);
    const by = { app, owner: admin, admin };
    const params = (kind && (await OBJECTS[kind]?.(by))) || {};
    const own = await INPUTS[operation.name]?.(by, params);
    const input = { ...exampleInput(operation, operations), ...own };
    const { status, body } = await tryExample(admin, operation, filled(operation, params), input);
    const answered = `${operation.name}: ${status} ${body?.code ?? ''} ${body?.message ?? ''}`;
    const isFault =
      [400, 401, 403, 413, 415].includes(status) || (status > 499 && body.code !== 'LLM_UNAVAILABLE');
    if (isFault && !NEEDS_MORE.includes(operation.name)) wrong.push(answered);
    if (status >= 400 && !operation.told.get(status)?.has(body.code)) wrong.push(`not told: ${answered}`);
  }
  expect(wrong).toEqual([]);
}, 60_000);
