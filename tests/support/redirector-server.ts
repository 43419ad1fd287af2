import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Network } from '../../routers/core/network.ts';

/** An address of the public internet, which no test connects to. */
export const PUBLIC_ADDRESS = '93.184.215.14';

export interface RedirectorNetwork extends Network {
  /** `HEAD bit.ly/a`, in order */
  requests: string[];
  /** `93.184.215.14:80`, in order */
  connections: string[];
  /** the headers of each request */
  headers: IncomingMessage['headers'][];
}

/** A network in which every host is this server, which answers by `host/path`, and `lookup` decides the addresses. */
export async function redirectorNetwork(
  answer: (name: string, response: ServerResponse, method: string) => void,
  lookup: (host: string) => string[] | Promise<string[]> = () => [PUBLIC_ADDRESS],
): Promise<RedirectorNetwork> {
  const [requests, connections]: string[][] = [[], []] as [string[], string[]];
  const headers: RedirectorNetwork['headers'] = [];
  const server = createServer((request, response) => {
    const name = `${request.headers.host}${request.url}`;
    requests.push(`${request.method} ${name}`);
    headers.push(request.headers);
    answer(name, response, request.method ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    connections,
    headers,
    lookup: async (host) => lookup(host),
    connect(address, standardPort) {
      connections.push(`${address}:${standardPort}`);
      return connect({ host: '127.0.0.1', port });
    },
  };
}

/** Answers by a table of `host/path` and `Location`; what is not in it is a page. */
export function answerByTable(targets: Record<string, string>) {
  return (name: string, response: ServerResponse) => {
    const location = targets[name];
    if (location === undefined) response.end('a page');
    else response.writeHead(302, { location, 'set-cookie': 'id=1' }).end('moved');
  };
}
