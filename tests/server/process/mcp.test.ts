import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, flashscan, PROGRAM } from './run.ts';

async function connect(env: Record<string, string>): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...PROGRAM, 'mcp'],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

test('an assistant on this machine calls tools over standard input and output, as the owner of a key', async () => {
  const DATA_DIR = emptyFolder();
  await flashscan(['user', 'create', 'kim@example.com'], { DATA_DIR });
  const made = await flashscan(['key', 'create', 'assistant', '--user', 'kim', '--scope', 'scan', '--json'], {
    DATA_DIR,
  });
  const { key } = JSON.parse(made.out);
  const client = await connect({ DATA_DIR, FLASHSCAN_TOKEN: key, LANG: 'en_US.UTF-8' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('scan_message');
  expect(tools.map(({ name }) => name)).not.toContain('projects_list');
  const url = 'http://secure-naver-login.tk';
  const [scan, history] = await Promise.all([
    client.callTool({ name: 'scan_analyze', arguments: { url } }),
    client.callTool({ name: 'history_list', arguments: { limit: 0 } }),
  ]);
  expect(scan.structuredContent).toMatchObject({ verdict: 'dangerous' });
  expect(history).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('"limit"') }] });
  const later = await client.callTool({ name: 'history_list' });
  expect(later.structuredContent).toMatchObject({ total: 1, history: [{ url }] });
}, 60_000);

test('without a key it is one guest; a wrong one is told; where there is no product, nothing is made', async () => {
  const DATA_DIR = emptyFolder();
  const nowhere = await flashscan(['mcp'], { DATA_DIR });
  expect([nowhere.code, nowhere.out]).toEqual([2, '']);
  expect(nowhere.err).toContain('there is no database here');
  await flashscan(['migrate'], { DATA_DIR });
  const client = await connect({ DATA_DIR });
  for (let i = 0; i < 2; i++)
    await client.callTool({ name: 'scan_analyze', arguments: { url: `https://example.com/${i}` } });
  expect((await client.callTool({ name: 'history_list' })).structuredContent).toMatchObject({ total: 2 });
  await expect(connect({ DATA_DIR, FLASHSCAN_TOKEN: 'fsk_wrong' })).rejects.toThrow(/log in again|로그인/i);
}, 60_000);

test('it ends with what it was asked last answered, when its input ends', async () => {
  const DATA_DIR = emptyFolder();
  await flashscan(['migrate'], { DATA_DIR });
  const message = { jsonrpc: '2.0', id: 'last', method: 'tools/list' };
  const { code, out } = await flashscan(['mcp'], { DATA_DIR }, `${JSON.stringify(message)}\n`);
  expect(code).toBe(0);
  const [line, ...more] = out.trim().split('\n');
  expect(JSON.parse(line as string)).toMatchObject({ id: 'last', result: { tools: expect.any(Array) } });
  expect(more).toEqual([]);
}, 60_000);
