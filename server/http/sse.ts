import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  isTrackedEnvelope,
} from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { ApiError } from '../../routers/core/errors.ts';
import { type ProcedureMeta, toErrorShape } from '../../routers/core/procedures.ts';
import { type HonoEnv, operationName } from './context.ts';
import { type RestOptions, toErrorResponse } from './rest.ts';
import { planInput, readInput } from './rest-input.ts';

/** A proxy or client may drop a line that is silent for longer. */
const PING_MS = 15_000;

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
 * Serves each subscription that has a path as server-sent events: the event's name is its `type`, its data the JSON
 * of the whole, its id that of a tracked event. What fails before the first event (or, of a stream that begins at
 * once, before it) is answered as an error like any other; what fails later is an event `error`. A caller who leaves
 * ends the procedure.
 */
export function mountStreams(router: AnyTRPCRouter, options: RestOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  for (const [name, procedure, meta] of restStreams(router)) {
    const { method, path } = meta.openapi as { method: string; path: string };
    const plan = planInput(procedure, method, path, meta.rest);
    app.get(path, async (c) => {
      if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
      const ctx = await options.context(c);
      const leave = new AbortController();
      let input: unknown;
      try {
        const started = (await callTRPCProcedure({
          router,
          path: name,
          type: 'subscription',
          ctx,
          getRawInput: async () => {
            input = withLastEvent(c, await readInput(c, plan, ctx));
            return input;
          },
          signal: AbortSignal.any([c.req.raw.signal, leave.signal]),
          batchIndex: 0,
        })) as AsyncIterable<unknown>;
        const events = started[Symbol.asyncIterator]();
        const first = meta.rest?.at_once ? events.next() : await events.next();
        // It may fail before the stream has begun to wait for it.
        if (first instanceof Promise) first.catch(() => {});
        for (const [key, value] of ctx.http?.response.headers ?? [])
          c.header(key, value, { append: key === 'set-cookie' });
        return send(c, events, first, leave, (error) => options.onError(error, c));
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        options.onError(error, c);
        return toErrorResponse(c, ctx, error, input);
      }
    });
    app.all(path, operationName(path), (c) => {
      c.header('Allow', 'GET, HEAD');
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
  return app;
}

type Step = IteratorResult<unknown>;

function send(
  c: HonoContext<HonoEnv>,
  events: AsyncIterator<unknown>,
  first: Step | Promise<Step>,
  leave: AbortController,
  onError: (error: Error) => void,
): Response {
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const stopPings = pings(stream);
    stream.onAbort(() => leave.abort());
    try {
      // A comment, so that who listens learns at once that it is heard.
      await stream.write(':\n\n');
      // The next one is asked for once the client has room: a slow one holds up nobody else.
      for (let next = await first; !next.done && !stream.aborted; next = await events.next())
        await stream.writeSSE(message(next.value));
    } catch (cause) {
      // A product that stops ends its streams; EventSource comes back, and tells where it was.
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

/** A comment line now and then; while one waits for a client to take it, no other is made. */
function pings(stream: SSEStreamingApi): () => void {
  let waiting = false;
  const timer = setInterval(async () => {
    if (waiting) return;
    waiting = true;
    await stream.write(': ping\n\n');
    waiting = false;
  }, PING_MS);
  return () => clearInterval(timer);
}

function message(value: unknown): { event?: string; id?: string; data: string } {
  const [id, data] = isTrackedEnvelope(value) ? [value[0] as string, value[1]] : [undefined, value];
  const type = (data as { type?: unknown } | null)?.type;
  return {
    ...(typeof type === 'string' ? { event: type } : {}),
    ...(id === undefined ? {} : { id }),
    data: JSON.stringify(data),
  };
}

/** A stream that was cut says where it was, as EventSource does and as tRPC's own client does. */
function withLastEvent(c: HonoContext, input: unknown): unknown {
  const last = c.req.header('last-event-id');
  return last === undefined ? input : { ...(input as object | undefined), lastEventId: last };
}
