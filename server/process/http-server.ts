import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { Env } from './env.ts';

/** How long requests that run may take to finish once the product is told to stop. */
const GRACE_MS = 10_000;
/** Until the headers of a request are there. Nobody types them. */
const HEADERS_MS = 15_000;
/** Of a connection between two requests; longer than what proxies keep theirs idle for would be wasted. */
const KEEP_ALIVE_MS = 65_000;
/** How often it is looked whose time is over. */
const LOOK_FOR_LATE_MS = 5000;

/** Rejects when the port is not to be had. */
export function listen(fetch: Parameters<typeof serve>[0]['fetch'], env: Env): Promise<ServerType> {
  const serverOptions = patience(env);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: env.PORT, hostname: env.HOST, serverOptions }, () => resolve(server));
    limitConnections(server, env.MAX_CONNECTIONS);
    server.once('error', reject);
  });
}

/** Node's own maxConnections has workers that are full pass a connection on to each other without end. */
function limitConnections(server: ServerType, most: number): void {
  let open = 0;
  server.on('connection', (socket: Socket) => {
    if (open >= most) return void socket.destroy();
    open++;
    socket.once('close', () => open--);
  });
}

/** How long a client may take to say what it wants. Answers may take longer: streams have no end. */
function patience({ REQUEST_TIMEOUT_MS: requestTimeout }: Env): ServerOptions {
  return {
    requestTimeout,
    headersTimeout: Math.min(HEADERS_MS, requestTimeout),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(LOOK_FOR_LATE_MS, requestTimeout),
  };
}

/** Waits for requests that run; idle keep-alive connections are closed, and what is left after the grace too. */
export function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const closable = server as ServerType & { closeIdleConnections?(): void; closeAllConnections?(): void };
    const sweep = setInterval(() => closable.closeIdleConnections?.(), 50);
    const force = setTimeout(() => closable.closeAllConnections?.(), GRACE_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(force);
      resolve();
    });
  });
}
