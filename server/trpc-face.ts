import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Context as Hono } from 'hono';
import type { Context, Metrics } from '../routers/context.ts';
import { statusOf } from '../routers/trpc.ts';
import { dropStaged } from './form-stream.ts';
import type { HonoEnv } from './http-context.ts';
import { NO_OPERATION } from './metrics.ts';
import { restProcedures } from './rest.ts';
import { type InputPlan, JSON_LIMIT, planInput, readStream, refuseLonger } from './rest-input.ts';

export interface TrpcOptions {
  context(c: Hono<HonoEnv>): Promise<Context>;
  onError(error: Error, c: Hono<HonoEnv>): void;
  metrics: Metrics;
}

/** Serves the router natively at `/trpc`, with batching, the same limits and the same cookies as REST. */
export function trpcHandler(router: AnyTRPCRouter, options: TrpcOptions) {
  const limits = new Map(
    restProcedures(router).map(([name, , meta]) => [name, meta.rest?.body_limit ?? JSON_LIMIT]),
  );
  const forms = streamedForms(router);
  return (c: Hono<HonoEnv>): Promise<Response> => {
    const names = decodeURIComponent(c.req.path.slice('/trpc/'.length)).split(',');
    const form = names.length === 1 && isForm(c) ? forms.get(names[0] as string) : undefined;
    if (form) return receive(c, form);
    const limit = Math.max(...names.map((name) => limits.get(name) ?? JSON_LIMIT));
    try {
      return answer(c, withinLimit(c, limit));
    } catch (error) {
      // It reaches no procedure that would measure itself.
      const [name] = names.length === 1 && limits.has(names[0] as string) ? names : [];
      c.set('operation', name ?? NO_OPERATION);
      throw error;
    }
  };

  /** tRPC would read the whole form into memory; in its place the form is read as REST reads it. */
  async function receive(c: Hono<HonoEnv>, plan: InputPlan): Promise<Response> {
    const request = c.req.raw;
    let input: unknown;
    const formData = async () => {
      input = await readStream(request, plan, await options.context(c));
      return input;
    };
    try {
      return await answer(c, Object.defineProperty(request, 'formData', { value: formData }));
    } finally {
      await dropStaged(input);
    }
  }

  function answer(c: Hono<HonoEnv>, req: Request): Promise<Response> {
    return fetchRequestHandler({
      endpoint: '/trpc',
      req,
      router,
      allowBatching: true,
      createContext: () => options.context(c),
      onError: (failed) => {
        countUnreached(options.metrics, failed);
        options.onError(failed.error, c);
      },
      responseMeta: ({ ctx }) => headersOf(ctx as Context | undefined),
    });
  }
}

interface Failed {
  error: TRPCError;
  path: string | undefined;
  type: string;
  ctx: unknown;
}

/** Calls that end before their procedure, which would measure itself: an unknown name, a wrong method, no context. */
function countUnreached(metrics: Metrics, { error, path, type, ctx }: Failed): void {
  if (path === undefined || type === 'unknown') metrics.operation(NO_OPERATION, statusOf(error), 0);
  else if (!ctx || error.code === 'METHOD_NOT_SUPPORTED') metrics.operation(path, statusOf(error), 0);
}

function streamedForms(router: AnyTRPCRouter): Map<string, InputPlan> {
  const streamed = restProcedures(router).filter(([, , meta]) => meta.rest?.form === 'stream');
  return new Map(
    streamed.map(([name, procedure, { openapi, rest }]) => [
      name,
      planInput(procedure, 'POST', openapi?.path ?? '', rest),
    ]),
  );
}

function isForm(c: Hono): boolean {
  return /^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '');
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
