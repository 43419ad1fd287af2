import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { makeCallers, makeKey, makeUser } from '../../support/callers.ts';
import { exampleInput, INPUTS, kindOf, OBJECTS } from '../../support/objects.ts';
import { everyOperation } from '../../support/operations.ts';

/** The official client, with the token of one of ours. */
async function connect({ app }: TestApp, { token }: Pick<TestClient, 'token'>): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
    fetch: async (url, init) => app.request(String(url), init as RequestInit),
    requestInit: { headers: { 'accept-language': 'en', ...authorization } },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function namesOf(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

interface Outcome {
  failed: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever a tool answers
  output: any;
}

/** One call; the client checks the output against the schema of the tool. */
async function callTool(client: Client, name: string, args: object = {}): Promise<Outcome> {
  const result = (await client.callTool({ name, arguments: { ...args } })) as CallToolResult;
  const [content] = result.content as unknown as [{ text: string }];
  const output = JSON.parse(content.text);
  if (!result.isError) expect(result.structuredContent).toEqual(output);
  return { failed: result.isError === true, output };
}

const operations = everyOperation();
const operationOf = (tool: string) => operations.all.find(({ name }) => name.replaceAll('.', '_') === tool);

test('the official client lists the tools and calls each of them, with what other transports answer', async () => {
  const app = testApp();
  const [owner, admin] = [await makeUser(app), await makeUser(app, 'admin')];
  const client = await connect(app, owner);
  expect(client.getServerVersion()?.name).toBe('flashscan');
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThanOrEqual(25);
  for (const { name, description, title, inputSchema, outputSchema } of tools) {
    expect(name).toMatch(/^[A-Za-z0-9_]{1,64}$/);
    expect([title, description, inputSchema.type, outputSchema?.type], name).toEqual([
      expect.stringMatching(/./),
      expect.stringMatching(/./),
      'object',
      'object',
    ]);
    const operation = operationOf(name);
    if (!operation) throw new Error(`no operation is called ${name}`);
    const kind = kindOf(operation);
    const params = kind ? ((await OBJECTS[kind]?.({ app, owner, admin })) ?? {}) : {};
    const more = (await INPUTS[operation.name]?.({ app, owner, admin }, params)) ?? {};
    const input = { ...exampleInput(operation, operations), ...more, ...params };
    const { failed, output } = await callTool(client, name, input);
    if (operation.type !== 'query') {
      expect(output.code, name).not.toBe('INVALID_INPUT');
      continue;
    }
    const query = `input=${encodeURIComponent(JSON.stringify(input))}`;
    const native = await owner.get(`/trpc/${operation.name}?${query}`, { 'accept-language': 'en' });
    const { data } = native.body.result;
    expect([failed, output], name).toEqual([false, Array.isArray(data) ? { items: data } : data]);
  }
}, 60_000);

test('each caller sees and calls only what their rights allow', async () => {
  const app = testApp();
  const alice = await makeUser(app);
  const scan = await connect(app, makeKey(app, alice.id, 'scan'));
  const SCAN_TOOLS = ['scan_analyze', 'scan_batch', 'scan_payload', 'scan_message', 'history_list'];
  expect(await namesOf(scan)).toEqual(SCAN_TOOLS);
  const url = 'http://secure-naver-login.tk';
  expect((await callTool(scan, 'scan_analyze', { url })).output.verdict).toBe('dangerous');
  expect((await alice.get('/history')).body.data.total).toBe(1);
  expect((await callTool(scan, 'projects_list')).output.code).toBe('FORBIDDEN');

  const nobody = await connect(app, { token: null });
  expect(await namesOf(nobody)).toEqual([...SCAN_TOOLS, 'chatbot_ask']);
  expect((await callTool(nobody, 'scan_analyze', { url })).failed).toBe(false);
  expect((await callTool(nobody, 'projects_list')).output.code).toBe('AUTH_REQUIRED');

  const read = await namesOf(await connect(app, makeKey(app, alice.id, 'read')));
  expect(read).toContain('projects_list');
  expect(read).not.toContain('projects_createJob');
  expect(await namesOf(await connect(app, makeKey(app, alice.id, 'agent')))).toEqual([]);
});

test('the objects of another user are missing', async () => {
  const app = testApp();
  const [alice, bob] = [await makeUser(app), await makeUser(app)];
  const { body: project } = await alice.post('/git/projects/register', { name: 'a', local_path: '/a' });
  const client = await connect(app, bob);
  for (const tool of ['projects_get', 'projects_jobs', 'git_commits', 'git_issues']) {
    const theirs = await callTool(client, tool, { project_id: project.id });
    const none = await callTool(client, tool, { project_id: 987_654_321 });
    expect([theirs.failed, theirs.output.code], tool).toEqual([true, 'NOT_FOUND']);
    expect(none.output).toEqual({ ...theirs.output, request_id: none.output.request_id });
  }
});

test('errors say what to mend in the language of the caller, and count against the same limits', async () => {
  const app = testApp({ rate_limits: true });
  const client = await connect(app, await makeUser(app));
  const { failed, output } = await callTool(client, 'scan_analyze', { url: 5, more: true });
  expect([failed, output.code, output.issues[0].path]).toEqual([true, 'INVALID_INPUT', 'url']);
  expect(output.issues[0].message).not.toMatch(/[가-힣]/);
  await expect(client.callTool({ name: 'admin_users_list', arguments: {} })).rejects.toThrow(/no tool/);
  await expect(client.callTool({ name: '__proto__', arguments: {} })).rejects.toThrow(/no tool/);
  for (let i = 1; i < 60; i++) await callTool(client, 'scan_analyze', { url: 'https://example.com' });
  const limited = await callTool(client, 'scan_analyze', { url: 'https://example.com' });
  expect(limited.output).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retry_after: expect.any(Number) });
});

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const ACCEPT = { accept: 'application/json, text/event-stream', 'accept-language': 'en' };

test('requests that are no message of the protocol are refused in its form', async () => {
  const app = testApp();
  const { stale } = await makeCallers(app);
  const client = app.client();
  const wrong = await stale.post('/mcp', LIST, ACCEPT);
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(wrong.body).toMatchObject({
    jsonrpc: '2.0',
    id: null,
    error: { data: { code: 'SESSION_EXPIRED' } },
  });
  const statusOf = async (body: unknown, headers: Record<string, string> = ACCEPT) => {
    const answer = await client.post('/mcp', body, headers);
    expect(answer.body.jsonrpc, JSON.stringify(body).slice(0, 40)).toBe('2.0');
    return answer.status;
  };
  expect(await statusOf('{')).toBe(400);
  expect(await statusOf([LIST, LIST])).toBe(400);
  expect(await statusOf({ id: 1 })).toBe(400);
  expect(await statusOf('['.repeat(5000))).toBe(400);
  expect(await statusOf('x'.repeat(2 ** 20 + 1))).toBe(413);
  expect(await statusOf(LIST, { accept: 'text/html' })).toBe(406);
  expect(await statusOf(LIST, { ...ACCEPT, 'content-type': 'text/plain' })).toBe(415);
  expect(
    (await client.post('/mcp', { jsonrpc: '2.0', method: 'notifications/initialized' }, ACCEPT)).status,
  ).toBe(202);
  expect((await client.get('/mcp')).status).toBe(405);
  expect((await client.post('/api/v1/mcp', LIST, ACCEPT)).body.result.tools.length).toBeGreaterThan(3);
});

test('a page of another site does nothing with the cookie of a reader', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  alice.token = null;
  const from = { ...ACCEPT, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const { status } = await alice.post('/mcp', LIST, from);
  expect(status).toBe(403);
});

test('calls are measured as the operations that they are', async () => {
  const app = testApp();
  const client = await connect(app, await makeUser(app));
  await callTool(client, 'scan_analyze', { url: 'https://example.com' });
  const admin = await app.admin();
  const text = (await admin.get('/metrics')).body as string;
  expect(text).toMatch(/flashscan_requests_total\{operation="scan.analyze",status="200"\} 1\n/);
  expect(text).toMatch(/operation="\/mcp",status="200"/);
});
