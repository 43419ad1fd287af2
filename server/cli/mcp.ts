import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Language } from '../../ml/text/language.ts';
import { createApp } from '../http/app.ts';
import { MCP_PATH } from '../http/mcp.ts';
import { createMetrics } from '../observability/metrics.ts';
import { clock } from '../process/clock-and-random.ts';
import { closeDeps, openDeps } from '../process/deps.ts';
import type { Env } from '../process/env.ts';
import { createCommandLog } from '../process/process-log.ts';
import { toAppOptions } from '../process/settings.ts';

interface Credentials {
  token: string | undefined;
  language: Language;
}

/** Sends one message to the product and returns its answer; null for one that has none. */
type Exchange = (message: JSONRPCMessage) => Promise<JSONRPCMessage | null>;

/**
 * Serves the Model Context Protocol on standard input and output, until the input ends or the process is told to stop.
 * The messages go the way of those over HTTP, with the same token, limits and language.
 */
export async function serveMcp(env: Env, credentials: Credentials): Promise<void> {
  const metricsRegistry = createMetrics(clock);
  const deps = await openDeps(env, createCommandLog(), metricsRegistry);
  try {
    const app = createApp(
      deps,
      toAppOptions(env, () => metricsRegistry.registry),
    );
    await relay(
      new StdioServerTransport(),
      createExchange((init) => app.request(MCP_PATH, init), credentials),
    );
  } finally {
    await closeDeps(deps);
  }
}

function createExchange(
  request: (init: RequestInit) => Response | Promise<Response>,
  { token, language }: Credentials,
): Exchange {
  const headers = new Headers({
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'accept-language': language,
  });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  return async (message) => {
    const response = await request({ method: 'POST', headers, body: JSON.stringify(message) });
    // Without a token, all calls are those of one guest.
    const [cookie] = response.headers.getSetCookie();
    if (cookie) headers.set('cookie', cookie.split(';', 1)[0] as string);
    const text = await response.text();
    if (text === '' || !('id' in message)) return null;
    // A message that was refused unread is answered without its id.
    return { ...JSON.parse(text), id: message.id };
  };
}

async function relay(transport: StdioServerTransport, exchange: Exchange): Promise<void> {
  const pending = new Set<Promise<void>>();
  transport.onmessage = (message) => {
    const answering = exchange(message).then((answer) => (answer ? transport.send(answer) : undefined));
    const settled = answering.catch(() => {}).finally(() => pending.delete(settled));
    pending.add(settled);
  };
  await transport.start();
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  await Promise.all(pending);
  await transport.close();
}
