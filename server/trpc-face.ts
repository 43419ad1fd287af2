import type { AnyTRPCRouter } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Context as Hono } from 'hono';
import type { Context } from '../routers/context.ts';
import type { HonoEnv } from './http-context.ts';
import { restProcedures } from './rest.ts';
import { JSON_LIMIT, refuseLonger } from './rest-input.ts';

export interface TrpcOptions {
  context(c: Hono<HonoEnv>): Promise<Context>;
  onError(error: Error, c: Hono<HonoEnv>): void;
}

/** Serves the router natively at `/trpc`, with batching, the same limits and the same cookies as REST. */
export function trpcHandler(router: AnyTRPCRouter, options: TrpcOptions) {
  const limits = new Map(
    restProcedures(router).map(([name, , meta]) => [name, meta.rest?.body_limit ?? JSON_LIMIT]),
  );
  return (c: Hono<HonoEnv>): Promise<Response> => {
    const names = decodeURIComponent(c.req.path.slice('/trpc/'.length)).split(',');
    const limit = Math.max(...names.map((name) => limits.get(name) ?? JSON_LIMIT));
    return fetchRequestHandler({
      endpoint: '/trpc',
      req: withinLimit(c, limit),
      router,
      allowBatching: true,
      createContext: () => options.context(c),
      onError: ({ error }) => options.onError(error, c),
      responseMeta: ({ ctx }) => headersOf(ctx as Context | undefined),
    });
  };
}

function headersOf(ctx: Context | undefined): { headers?: Headers } {
  const pairs = ctx?.http?.reply.headers ?? [];
  if (pairs.length === 0) return {};
  const headers = new Headers();
  for (const [name, value] of pairs) {
    if (name === 'set-cookie') headers.append(name, value);
    else headers.set(name, value);
  }
  return { headers };
}

/** Throws PAYLOAD_TOO_LARGE at once for an announced length, and while reading when none was announced. */
function withinLimit(c: Hono, limit: number): Request {
  const announced = c.req.header('content-length');
  if (announced !== undefined) refuseLonger(Number(announced), limit);
  const { raw } = c.req;
  // Asking a GET for its body would build a whole Request around it.
  if (announced !== undefined || raw.method === 'GET' || !raw.body) return raw;
  let size = 0;
  const counted = raw.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        refuseLonger(size, limit);
        controller.enqueue(chunk);
      },
    }),
  );
  const { url, method, headers, signal } = raw;
  return new Request(url, { method, headers, signal, body: counted, duplex: 'half' } as RequestInit);
}
