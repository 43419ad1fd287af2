import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  isTrackedEnvelope,
} from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { assertAccess } from '../../routers/core/access.ts';
import { callProcedure } from '../../routers/core/call-procedure.ts';
import type { Context } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import type { ProcedureMeta } from '../../routers/core/procedures.ts';
import type { HonoEnv } from './context.ts';
import { toErrorResponse } from './error-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  type HttpOperation,
  handleRequest,
  runOperation,
} from './handle.ts';
import { setHeaders } from './json-response.ts';
import { planInput, readInput } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

/** A proxy or client may close a connection that is silent for longer. */
const PING_INTERVAL_MS = 15_000;

/** The subscriptions of a router that have a REST path. */
export function restStreams(
  router: AnyTRPCRouter,
): [name: string, procedure: AnyTRPCProcedure, meta: ProcedureMeta][] {
  const all = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  return all.flatMap(([name, procedure]) => {
    const meta = procedure._def.meta as ProcedureMeta | undefined;
    return meta?.openapi && procedure._def.type === 'subscription' ? [[name, procedure, meta] as const] : [];
  }) as [string, AnyTRPCProcedure, ProcedureMeta][];
}

/**
 * Serves each subscription that has a path as server-sent events: `event` is the event's `type`, `data` the event as
 * JSON, `id` that of a tracked event. A failure before the response has started is answered like any other error; a
 * later one is sent as an event `error`. When the caller disconnects, the procedure ends.
 */
export function mountStreams(router: AnyTRPCRouter, options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  for (const [name, procedure, meta] of restStreams(router)) {
    const { path } = meta.openapi as { path: string };
    const plan = planInput(procedure, 'GET', path, meta.rest);
    const operation = toStreamOperation(name, procedure, meta);
    const codec: Codec<OpenStream> = {
      operation: name,
      read: async (c, ctx) => withLastEvent(c, await readInput(c, plan, ctx)),
      encode: (c, ctx, stream) => send(c, ctx, stream, (error) => options.onError(error, c)),
      encodeError: toErrorResponse,
    };
    const run = (c: C, ctx: Context, call: Call) => runOperation(operation, c, ctx, codec, call);
    const headCodec: Codec<void> = {
      ...codec,
      encode: (c) => c.body(null, 200, { 'Content-Type': 'text/event-stream' }),
    };
    const checkAccess = (_c: C, ctx: Context) => assertAccess(ctx, meta, 'subscription');
    app.get(path, (c): Response | Promise<Response> => {
      if (c.req.method === 'HEAD') return handleRequest(c, options, headCodec, checkAccess);
      return handleRequest(c, options, codec, run);
    });
  }
  return app;
}

type StreamResult = IteratorResult<unknown>;

/** A running subscription. Unless the procedure has `flush_headers_early`, its first event has arrived. */
interface OpenStream {
  events: AsyncIterator<unknown>;
  first: StreamResult | Promise<StreamResult>;
  /** ends the procedure */
  leave: AbortController;
}

function toStreamOperation(
  name: string,
  procedure: AnyTRPCProcedure,
  meta: ProcedureMeta,
): HttpOperation<OpenStream> {
  return {
    name,
    type: 'subscription',
    meta,
    run: async (ctx, input, c) => {
      const leave = new AbortController();
      const signal = AbortSignal.any([c.req.raw.signal, leave.signal]);
      const call = { path: name, type: 'subscription', ctx, input, signal } as const;
      const iterable = (await callProcedure(procedure, call)) as AsyncIterable<unknown>;
      const events = iterable[Symbol.asyncIterator]();
      const first = meta.rest?.flush_headers_early ? events.next() : await events.next();
      // A failure before anything awaits this promise must not count as unhandled.
      if (first instanceof Promise) first.catch(() => {});
      return { events, first, leave };
    },
  };
}

function send(c: C, ctx: Context, { events, first, leave }: OpenStream, onError: (error: Error) => void) {
  setHeaders(c, ctx.http?.response.headers ?? []);
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const stopPings = startPings(stream);
    stream.onAbort(() => leave.abort());
    try {
      // A comment shows the client at once that it is connected.
      await stream.write(':\n\n');
      // The next event is awaited once the client has room for it: a slow client holds up nobody else.
      for (let next = await first; !next.done && !stream.aborted; next = await events.next())
        await stream.writeSSE(toMessage(next.value));
    } catch (cause) {
      // Streams end when the product stops; EventSource reconnects with the last id it has seen.
      if (leave.signal.aborted || (cause instanceof Error && cause.name === 'AbortError')) return;
      const error = getTRPCErrorFromUnknown(cause);
      onError(error);
      await stream.writeSSE({
        event: 'error',
        data: JSON.stringify({ code: toErrorShape(error, 'en').code }),
      });
    } finally {
      stopPings();
      leave.abort();
      await events.return?.();
    }
  });
}

/** Sends a comment line at intervals, and none while one still waits for the client to take it. */
function startPings(stream: SSEStreamingApi): () => void {
  let waiting = false;
  const timer = setInterval(async () => {
    if (waiting) return;
    waiting = true;
    await stream.write(': ping\n\n');
    waiting = false;
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}

function toMessage(value: unknown): { event?: string; id?: string; data: string } {
  const [id, data] = isTrackedEnvelope(value) ? [value[0] as string, value[1]] : [undefined, value];
  const type = (data as { type?: unknown } | null)?.type;
  return {
    ...(typeof type === 'string' ? { event: type } : {}),
    ...(id === undefined ? {} : { id }),
    data: JSON.stringify(data),
  };
}

/** A client that reconnects sends the last id it has seen, as EventSource and tRPC's own client do. */
function withLastEvent(c: C, input: unknown): unknown {
  const lastEventId = c.req.header('last-event-id');
  return lastEventId === undefined ? input : { ...(input as object | undefined), lastEventId };
}
