import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { Env } from './env.ts';

/** How long running requests may take to finish after a shutdown was requested. */
const GRACE_MS = 10_000;
/** Timeout for the headers of a request. */
const HEADERS_TIMEOUT_MS = 15_000;
/** Timeout of an idle connection; proxies commonly close theirs after 60 s. */
const KEEP_ALIVE_MS = 65_000;
/** How often Node checks connections for the timeouts above. */
const TIMEOUT_CHECK_INTERVAL_MS = 5000;

/** Starts the HTTP server. Rejects when the port cannot be used. */
export function listen(fetch: Parameters<typeof serve>[0]['fetch'], env: Env): Promise<ServerType> {
  const serverOptions = toTimeouts(env);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: env.PORT, hostname: env.HOST, serverOptions }, () => resolve(server));
    limitConnections(server, env.MAX_CONNECTIONS);
    answerUnreadable(server);
    server.once('error', reject);
  });
}

const UNREADABLE = {
  400: ['Bad Request', 'The request is not valid HTTP'],
  408: ['Request Timeout', 'The request took too long to arrive'],
  431: ['Request Header Fields Too Large', 'The headers of the request are too large'],
} as const;

/** Answers what Node.js cannot read as a request, with the envelope of every error: no other code sees it. */
function answerUnreadable(server: ServerType): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || socket.bytesWritten > 0)
      return void socket.destroy();
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : isLate ? 408 : 400;
    const [reason, message] = UNREADABLE[status];
    const timestamp = new Date().toISOString();
    const body = JSON.stringify({ status: 'error', message, code: 'INVALID_INPUT', timestamp });
    const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nConnection: close\r\n`;
    socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
}

/** With Node's own `maxConnections`, full workers pass a connection on to each other endlessly. */
function limitConnections(server: ServerType, max: number): void {
  let open = 0;
  server.on('connection', (socket: Socket) => {
    if (open >= max) return void socket.destroy();
    open++;
    socket.once('close', () => open--);
  });
}

/** Timeouts of requests. Responses have none, because streams do not end. */
function toTimeouts({ REQUEST_TIMEOUT_MS: requestTimeout }: Env): ServerOptions {
  return {
    requestTimeout,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_INTERVAL_MS, requestTimeout),
  };
}

/** Closes idle connections, waits for running requests, and closes the remaining connections after GRACE_MS. */
export function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const closable = server as ServerType & { closeIdleConnections?(): void; closeAllConnections?(): void };
    const closeIdle = setInterval(() => closable.closeIdleConnections?.(), 50);
    const closeAll = setTimeout(() => closable.closeAllConnections?.(), GRACE_MS);
    server.close(() => {
      clearInterval(closeIdle);
      clearTimeout(closeAll);
      resolve();
    });
  });
}
