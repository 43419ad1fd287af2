import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  type TRPCError,
} from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Context, Metrics } from '../../routers/core/context.ts';
import { toHttpStatus } from '../../routers/core/error-shape.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import type { HonoEnv } from './context.ts';
import type { ErrorContext } from './error-response.ts';
import { type Codec, type HandlerOptions, handleRequest, runOperation, toOperation } from './handle.ts';
import { AnswerBudget, addHeaders, setHeaders } from './json-response.ts';
import { assertJsonBounds } from './parse-json.ts';
import { restProcedures } from './rest.ts';
import { isFormType, JSON_LIMIT, planInput, readText } from './rest-input.ts';
import {
  answerPlainCalls,
  parsePlainCalls,
  type TrpcProcedure,
  toRetryAfter,
  toShape,
} from './trpc-fast-path.ts';

type C = HonoContext<HonoEnv>;

export interface TrpcOptions extends HandlerOptions {
  metrics: Metrics;
  /** calls in one batch */
  max_batch: number;
}

/** Serves the router natively at `/trpc`, with batching, the same limits and the same cookies as REST. */
export function trpcHandler(router: AnyTRPCRouter, options: TrpcOptions) {
  const procedures = toTrpcProcedures(router);
  const measured = withPerform(router, procedures);
  return (c: C): Promise<Response> => {
    const names = toProcedureNames(c.req.path);
    try {
      assertBatchSize(names.length, options.max_batch);
      assertJsonBounds(c.req.query('input') ?? '');
      const calls = parsePlainCalls(c, names, procedures);
      if (calls) return answerPlainCalls(c, calls, options);
      if (isFormType(c.req.header('content-type'))) {
        throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'application/json' } });
      }
      return passToTrpc(
        c,
        measured,
        Math.max(...names.map((name) => procedures.get(name)?.limit ?? JSON_LIMIT)),
        options,
      );
    } catch (error) {
      // No operation measures this request.
      const [name] = names as [string];
      c.set('operation', names.length === 1 && procedures.has(name) ? name : NO_OPERATION);
      throw error;
    }
  };
}

/** Has tRPC's own handler answer a request, with the context and the answer's headers of every other transport. */
function passToTrpc(c: C, router: AnyTRPCRouter, limit: number, options: TrpcOptions): Promise<Response> {
  const errors: TRPCError[] = [];
  const codec: Omit<Codec<Response>, 'read'> = {
    operation: NO_OPERATION,
    encode: (c, ctx, response) => {
      addHeaders(c, response, ctx.http?.response.headers ?? []);
      const retry_after = Math.max(0, ...errors.map(toRetryAfter));
      if (retry_after > 0) response.headers.set('retry-after', String(retry_after));
      return response;
    },
    encodeError: toTrpcErrorResponse,
  };
  return handleRequest(c, options, codec, async (c, ctx) => {
    let unread: TRPCError | undefined;
    c.set('answerBudget', new AnswerBudget());
    const response = await fetchRequestHandler({
      endpoint: '/trpc',
      req: withLimits(c, limit),
      router,
      allowBatching: true,
      createContext: async () => Object.assign(ctx, { hono: c }),
      onError: (failure) => {
        countUnreached(options.metrics, failure, router);
        errors.push(failure.error);
        if (failure.ctx) options.onError(failure.error, c);
        else unread = failure.error;
      },
    });
    // tRPC answers a request that it could not read without a context, so in no language.
    if (unread) throw unread;
    return response;
  });
}

/** tRPC reads the text of a body: it gets one that keeps to the limits. */
function withLimits(c: C, limit: number): Request {
  const text = async () => {
    const body = await readText(c, limit);
    assertJsonBounds(body);
    return body;
  };
  return Object.defineProperty(c.req.raw, 'text', { value: text });
}

/** A context of tRPC's own handler, whose procedures need the request too. */
type TrpcContext = Context & { hono: C };
type TrpcCall = { ctx: TrpcContext; getRawInput(): Promise<unknown> };

/** The router with procedures that go through `perform` when tRPC's own handler calls them. */
function withPerform(router: AnyTRPCRouter, operations: ReadonlyMap<string, TrpcProcedure>): AnyTRPCRouter {
  // Without a prototype, as tRPC's: `toString` is no procedure.
  const procedures: Record<string, unknown> = Object.create(null);
  for (const [name, operation] of operations) {
    const procedure = router._def.procedures[name] as AnyTRPCProcedure &
      ((call: TrpcCall) => Promise<unknown>);
    const call = async (call: TrpcCall) => {
      const { ctx } = call;
      const { hono } = ctx;
      const budget = hono.get('answerBudget');
      budget?.assertLeft();
      const run = (ctx: Context, input: unknown) =>
        procedure({ ...call, ctx: ctx as TrpcContext, getRawInput: async () => input });
      const reader = { read: call.getRawInput };
      const output = await runOperation({ ...operation, run }, hono, ctx, reader, { input: undefined });
      if (operation.type !== 'subscription') budget?.spend(output);
      return output;
    };
    procedures[name] = Object.assign(call, { _def: procedure._def });
  }
  return { ...router, _def: { ...router._def, procedures } } as AnyTRPCRouter;
}

function toTrpcProcedures(router: AnyTRPCRouter): Map<string, TrpcProcedure> {
  const rest = new Map(restProcedures(router).map(([name, , meta]) => [name, meta]));
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  return new Map(
    procedures.map(([name, procedure]) => {
      const meta = rest.get(name);
      const form = meta?.rest?.form
        ? planInput(procedure, 'POST', meta.openapi?.path ?? '', meta.rest)
        : undefined;
      const limit = meta?.rest?.body_limit ?? JSON_LIMIT;
      return [name, { ...toOperation(name, procedure), limit, form }];
    }),
  );
}

/** The procedures that a path names. Throws NOT_FOUND for a path that is not UTF-8. */
function toProcedureNames(path: string): string[] {
  try {
    return decodeURIComponent(path.slice('/trpc/'.length)).split(',');
  } catch {
    throw new ApiError('NOT_FOUND');
  }
}

/** An error of a request that reached no procedure, in the form that tRPC's clients read. */
export function toTrpcErrorResponse(c: C, ctx: ErrorContext, cause: unknown): Response {
  const error = getTRPCErrorFromUnknown(cause);
  const shape = toShape(c, ctx, error);
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (shape.data.retry_after !== null) c.header('Retry-After', String(shape.data.retry_after));
  return c.json({ error: shape }, shape.data.httpStatus as ContentfulStatusCode);
}

function assertBatchSize(calls: number, max: number): void {
  if (calls <= max) return;
  throw invalid('', `한 번에 ${max}개까지 호출할 수 있습니다`, `At most ${max} calls fit in one batch`);
}

interface Failure {
  error: TRPCError;
  path: string | undefined;
  type: string;
  ctx: unknown;
}

/** Calls that end before their procedure, which would measure itself: an unknown name, a wrong method. */
function countUnreached(
  metrics: Metrics,
  { error, path, type, ctx }: Failure,
  { _def: { procedures } }: AnyTRPCRouter,
): void {
  if (path === undefined || type === 'unknown' || !Object.hasOwn(procedures, path))
    metrics.operation(NO_OPERATION, toHttpStatus(error), 0);
  else if (!ctx || error.code === 'METHOD_NOT_SUPPORTED') metrics.operation(path, toHttpStatus(error), 0);
}
