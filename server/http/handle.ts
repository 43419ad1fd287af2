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

/** What every transport gets from the app. */
export interface HandlerOptions {
  /** makes the context and authenticates the caller */
  context(c: C): Promise<Context>;
  /** for errors of requests whose context could not be made; does not use the database */
  errorContext(c: C): ErrorContext;
  /** called with every error; logs those that are not the caller's fault */
  onError(error: Error, c: C): void;
}

/** How one transport reads requests and writes responses. */
export interface Codec<Output> {
  /** the operation label in the metrics for a request whose context could not be made */
  operation: string;
  /** Returns the raw input. */
  read(c: C, ctx: Context): unknown;
  encode(c: C, ctx: Context, output: Output): Response | Promise<Response>;
  encodeError(c: C, ctx: ErrorContext, error: TRPCError, input: unknown): Response | Promise<Response>;
  /** Deletes temporary files of the input that the operation did not take over. */
  release?(input: unknown): Promise<void>;
}

/** What a request runs: a procedure, or a function that is not in the router, such as a webhook. */
export interface HttpOperation<Output = unknown> {
  /** its label in the metrics */
  name: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta;
  run(ctx: Context, input: unknown, c: C): Output | Promise<Output>;
}

/** Makes an operation of a procedure. */
export function toOperation(name: string, procedure: AnyTRPCProcedure): HttpOperation {
  const { type } = procedure._def;
  const meta = (procedure._def.meta ?? {}) as ProcedureMeta;
  // The signal of a request costs as much as a small query, so only procedures that use it get one.
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

/** The state of one call. */
export interface Call {
  /** undefined until it has been read */
  input: unknown;
}

/**
 * Handles a request of any transport: makes the context, calls `run`, and encodes its output or error. `run` calls
 * `runOperation`, once per call of the request.
 *
 * @example
 * app.post('/scan/analyze', (c) => handleRequest(c, options, codec, (c, ctx, call) => runOperation(operation, c, ctx, codec, call)));
 */
export async function handleRequest<Output>(
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
    // `runOperation` measures operations; this request reached none.
    if (!ctx) c.set('operation', codec.operation);
    options.onError(error, c);
    return await codec.encodeError(c, ctx ?? options.errorContext(c), error, call.input);
  } finally {
    if (codec.release) await codec.release(call.input);
  }
}

/** Runs one operation: rate limit, access, input, then the operation. Measures it, failed or not. */
export async function runOperation<Output>(
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
    assertAccess(ctx, meta, operation.type);
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

/** Counting may write a row. When the database cannot be written, queries run without being counted. */
function countCall({ type, meta: { rateLimit = 'general' } }: HttpOperation, ctx: Context): void {
  if (rateLimit === 'none') return;
  try {
    ctx.consume(rateLimit);
  } catch (error) {
    if (type === 'mutation' || !isWriteFailure(error)) throw error;
  }
}
