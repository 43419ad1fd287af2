import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the server does with one chat request. `messages` are those that were sent. */
export type Script = (
  response: ServerResponse,
  messages: { role: string; content: string }[],
) => void | Promise<void>;

export interface OllamaServer {
  host: string;
  /** bodies of the chat requests so far */
  asked: {
    model: string;
    messages: { role: string; content: string }[];
    think?: boolean;
    keep_alive?: string;
  }[];
  /** chat connections that the client closed before the answer was whole */
  left: number;
  script: Script;
}

/** A server on loopback that speaks Ollama's protocol as its documentation has it, and fails as a test wants. */
export async function ollamaServer(
  script: Script,
  load: () => Promise<void> = async () => {},
): Promise<OllamaServer> {
  const it: OllamaServer = { host: '', asked: [], left: 0, script };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      if (request.url === '/api/tags') return json(response, 200, { models: [{ name: 'small:latest' }] });
      // An empty prompt only loads the model.
      if (request.url === '/api/generate') {
        await load();
        return json(response, 200, { model: 'small', response: '', done: true });
      }
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      it.asked.push(body);
      response.on('close', () => {
        if (!response.writableFinished) it.left++;
      });
      await it.script(response, body.messages);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  it.host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return it;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One line of the stream. */
export function piece(response: ServerResponse, content: string): void {
  response.write(
    `${JSON.stringify({ model: 'small', message: { role: 'assistant', content }, done: false })}\n`,
  );
}

/** Says a text in these pieces and ends as Ollama does. */
export function says(...pieces: string[]): Script {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const content of pieces) piece(response, content);
    response.end(
      `${JSON.stringify({ model: 'small', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' })}\n`,
    );
  };
}
