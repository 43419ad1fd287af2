import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { emptyFolder, startServer } from './run.ts';

/** Sends the beginning of a request, and hears what comes back until the server ends it. */
async function stall(url: string, beginning: string): Promise<{ told: string; ms: number }> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let told = '';
  socket.on('data', (chunk) => (told += chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  const began = performance.now();
  socket.write(beginning);
  await once(socket, 'close');
  return { told, ms: performance.now() - began };
}

const post = (path: string, more: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\n${more}`;
const json = post('/scan/analyze', 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"url":');
const form = post(
  '/scan/qr',
  'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900\r\n\r\n--x\r\n',
);

test('a client that stalls in its headers or in its body is cut off, and holds up nobody', async () => {
  const server = await startServer({
    DATA_DIR: emptyFolder(),
    REQUEST_TIMEOUT_MS: '2000',
    RATE_LIMITS: 'off',
  });
  const stalled = Array.from({ length: 200 }, (_, i) =>
    stall(
      server.url,
      [json, form, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ', post('/chatbot/ask', 'X: y')][
        i % 4
      ] as string,
    ),
  );
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  for (const { told, ms } of await Promise.all(stalled)) {
    expect(told).toMatch(/^($|HTTP\/1.1 408)/);
    expect(ms).toBeLessThan(20_000);
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  // Who left is no failure of the product.
  expect(server.output()).not.toContain('"level":"error"');
}, 60_000);

test('an answer may take longer than a request: a stream goes on', async () => {
  const server = await startServer({ DATA_DIR: emptyFolder(), REQUEST_TIMEOUT_MS: '1000' });
  const account = { email: 'kim@example.com', password: 'correct horse battery staple' };
  const headers = { 'content-type': 'application/json' };
  const login = await fetch(`${server.url}/auth/register`, {
    method: 'POST',
    headers,
    body: JSON.stringify(account),
  });
  const { access_token } = await login.json();
  const own = { ...headers, authorization: `Bearer ${access_token}` };
  const stream = await fetch(`${server.url}/events/stream`, { headers: own });
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const news = { event_type: 'deploy.done', payload: { title: 'here' } };
  const told = await fetch(`${server.url}/events/broadcast`, {
    method: 'POST',
    headers: own,
    body: JSON.stringify(news),
  });
  expect(told.status).toBeLessThan(404);
  let heard = '';
  while (!heard.includes('deploy.done') && told.status === 202)
    heard += Buffer.from((await reader.read()).value ?? []);
  await reader.cancel();
  expect(told.status).toBe(202);
}, 60_000);
