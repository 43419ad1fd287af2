import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import type { Context as HonoContext } from 'hono';
import { assertAccess } from '../../routers/core/access.ts';
import { callProcedure } from '../../routers/core/call-procedure.ts';
import type { Context } from '../../routers/core/context.ts';
import { toHttpStatus } from '../../routers/core/error-shape.ts';
import type { ProcedureMeta } from '../../routers/core/procedures.ts';
import { isWriteFailure } from '../../routers/core/storage-errors.ts';
import type { HonoEnv } from './context.ts';
import type { ErrorContext } from './error-response.ts';

type C = HonoContext<HonoEnv>;

/** What the app lends to every transport. */
export interface HandlerOptions {
  /** authenticates */
  context(c: C): Promise<Context>;
  /** for errors of requests whose context could not be made; it needs no database */
  errorContext(c: C): ErrorContext;
  /** is called with every error; those that are not the caller's fault are worth a log line */
  onError(error: Error, c: C): void;
}

/** What one transport makes of requests and answers. */
export interface Codec<Output> {
  /** what the metrics call a request whose context could not be made */
  operation: string;
  /** The raw input. */
  read(c: C, ctx: Context): unknown;
  encode(c: C, ctx: Context, output: Output): Response | Promise<Response>;
  encodeError(c: C, ctx: ErrorContext, error: TRPCError, input: unknown): Response | Promise<Response>;
  /** Lets go of what reading has made and nobody has kept. */
  release?(input: unknown): Promise<void>;
}

/** What a request calls: a procedure, or the like of one. */
export interface HttpOperation<Output = unknown> {
  /** what the metrics call it */
  name: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta;
  run(ctx: Context, input: unknown, c: C): Output | Promise<Output>;
}

/** A procedure as an operation, whichever transport calls it. */
export function toOperation(name: string, procedure: AnyTRPCProcedure): HttpOperation {
  const { type } = procedure._def;
  const meta = (procedure._def.meta ?? {}) as ProcedureMeta;
  // Making a request's signal costs as much as a small query, so only what can use it gets it.
  const cancellable = meta.rest?.cancellable === true || type === 'subscription';
  return {
    name,
    type,
    meta,
    run: (ctx, input, c) =>
      callProcedure(procedure, {
        path: name,
        type,
        ctx,
        input,
        signal: cancellable ? c.req.raw.signal : undefined,
      }),
  };
}

/** One call of an operation. */
export interface Call {
  /** undefined until it was read */
  input: unknown;
}

/**
 * The way of every request, whatever its transport: context (which authenticates), operation, answer or error.
 *
 * @example
 * app.post('/scan/analyze', (c) => handle(c, options, codec, (c, ctx, call) => perform(operation, c, ctx, codec, call)));
 */
export async function handle<Output>(
  c: C,
  options: HandlerOptions,
  codec: Omit<Codec<Output>, 'read'>,
  run: (c: C, ctx: Context, call: Call) => Output | Promise<Output>,
): Promise<Response> {
  const call: Call = { input: undefined };
  let ctx: Context | undefined;
  try {
    ctx = await options.context(c);
    const output = await run(c, ctx, call);
    return await codec.encode(c, ctx, output);
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    // Operations measure themselves; this request reached none.
    if (!ctx) c.set('operation', codec.operation);
    options.onError(error, c);
    return await codec.encodeError(c, ctx ?? options.errorContext(c), error, call.input);
  } finally {
    if (codec.release) await codec.release(call.input);
  }
}

/** The way of every call: rate limit, access, input, operation. It is measured whatever becomes of it. */
export async function perform<Output>(
  operation: HttpOperation<Output>,
  c: C,
  ctx: Context,
  reader: Pick<Codec<Output>, 'read'>,
  call: Call,
): Promise<Output> {
  const { name, meta } = operation;
  const startedAt = performance.now();
  try {
    countCall(operation, ctx);
    assertAccess(ctx, meta.access ?? 'anyone', meta.scopes);
    call.input = await reader.read(c, ctx);
    const output = await operation.run(ctx, call.input, c);
    const status = ctx.http?.response.status ?? meta.rest?.status ?? 200;
    ctx.metrics.operation(name, status, performance.now() - startedAt);
    return output;
  } catch (error) {
    ctx.metrics.operation(name, toHttpStatus(error), performance.now() - startedAt);
    throw error;
  }
}

/** Counting may write a row. Where nothing can be written, what only reads goes on uncounted. */
function countCall({ type, meta: { rateLimit = 'general' } }: HttpOperation, ctx: Context): void {
  if (rateLimit === 'none') return;
  try {
    ctx.consume(rateLimit);
  } catch (error) {
    if (type === 'mutation' || !isWriteFailure(error)) throw error;
  }
}
