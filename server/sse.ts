import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  isTrackedEnvelope,
} from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import { streamSSE } from 'hono/streaming';
import { ApiError } from '../routers/errors.ts';
import type { Meta } from '../routers/trpc.ts';
import type { HonoEnv } from './http-context.ts';
import { failure, type RestOptions } from './rest.ts';
import { planInput, readInput } from './rest-input.ts';

/** A proxy or client may drop a line that is silent for longer. */
const PING_MS = 15_000;

/**
 * Serves each subscription that has a path as server-sent events: the event's name is its `type`, its data the JSON
 * of the whole, its id that of a tracked event. What fails before the first event is answered as an error like any
 * other; what fails later is an event `error`. A caller who leaves ends the procedure.
 */
export function mountStreams(router: AnyTRPCRouter, options: RestOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  for (const [name, procedure] of procedures) {
    const meta = procedure._def.meta as Meta | undefined;
    if (procedure._def.type !== 'subscription' || !meta?.openapi) continue;
    const { method, path } = meta.openapi as { method: string; path: string };
    const plan = planInput(procedure, method, path, meta.rest);
    app.get(path, async (c) => {
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
            input = withLastEvent(c, await readInput(c, plan));
            return input;
          },
          signal: AbortSignal.any([c.req.raw.signal, leave.signal]),
          batchIndex: 0,
        })) as AsyncIterable<unknown>;
        const events = started[Symbol.asyncIterator]();
        const first = await events.next();
        for (const [key, value] of ctx.http?.reply.headers ?? [])
          c.header(key, value, { append: key === 'set-cookie' });
        return send(c, events, first, leave, (error) => options.onError(error, c));
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        options.onError(error, c);
        return failure(c, ctx, error, input);
      }
    });
    app.all(path, (c) => {
      c.header('Allow', 'GET, HEAD');
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
  return app;
}

function send(
  c: HonoContext<HonoEnv>,
  events: AsyncIterator<unknown>,
  first: IteratorResult<unknown>,
  leave: AbortController,
  onError: (error: Error) => void,
): Response {
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const ping = setInterval(() => void stream.write(': ping\n\n'), PING_MS);
    stream.onAbort(() => leave.abort());
    try {
      for (let next = first; !next.done && !stream.aborted; next = await events.next())
        await stream.writeSSE(message(next.value));
    } catch (cause) {
      if (leave.signal.aborted) return;
      onError(getTRPCErrorFromUnknown(cause));
      await stream.writeSSE({ event: 'error', data: JSON.stringify({ code: 'INTERNAL_ERROR' }) });
    } finally {
      clearInterval(ping);
      leave.abort();
      await events.return?.();
    }
  });
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
