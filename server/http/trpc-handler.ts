import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Context as Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Context, Metrics } from '../../routers/core/context.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import { toHttpStatus, toTrpcErrorShape } from '../../routers/core/procedures.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import type { HonoEnv } from './context.ts';
import { setHeaders } from './json-response.ts';
import { discardStagedFiles } from './multipart-stream.ts';
import { assertJsonDepth } from './parse-json.ts';
import { type ErrorContext, restProcedures } from './rest.ts';
import { assertBodySize, type InputPlan, JSON_LIMIT, planInput, readMultipart } from './rest-input.ts';
import { answerFastPath, maxRetryAfter, parseFastPath, type TrpcOptions } from './trpc-fast-path.ts';

/** Serves the router natively at `/trpc`, with batching, the same limits and the same cookies as REST. */
export function trpcHandler(router: AnyTRPCRouter, options: TrpcOptions) {
  const limits = new Map(
    restProcedures(router).map(([name, , meta]) => [name, meta.rest?.body_limit ?? JSON_LIMIT]),
  );
  const forms = streamedForms(router);
  return (c: Hono<HonoEnv>): Promise<Response> => {
    const names = namesIn(c.req.path);
    const form = names.length === 1 && isForm(c) ? forms.get(names[0] as string) : undefined;
    if (form) return receive(c, form);
    const limit = Math.max(...names.map((name) => limits.get(name) ?? JSON_LIMIT));
    try {
      assertBatchSize(names.length, options.max_batch);
      assertJsonDepth(c.req.query('input') ?? '');
      const plain = parseFastPath(c, router, names, limit);
      if (plain) return answerFastPath(c, plain, router, options);
      return answer(c, shallow(withinLimit(c, limit)), names.length === 1);
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
      input = await readMultipart(request, plan, await options.context(c));
      return input;
    };
    try {
      return await answer(c, Object.defineProperty(request, 'formData', { value: formData }), true);
    } finally {
      await discardStagedFiles(input);
    }
  }

  async function answer(c: Hono<HonoEnv>, req: Request, alone: boolean): Promise<Response> {
    let unread: Error | undefined;
    const response = await fetchRequestHandler({
      endpoint: '/trpc',
      req,
      router,
      allowBatching: true,
      createContext: async () => Object.assign(await options.context(c), { alone }),
      onError: (failed) => {
        countUnreached(options.metrics, failed, router);
        if (failed.ctx) options.onError(failed.error, c);
        else unread = failed.error;
      },
      responseMeta: ({ ctx, errors }) => headersOf(c, ctx as Context | undefined, errors),
    });
    // Of a request it could not read, tRPC does not know who made it: it would answer in no language of his.
    if (unread) throw unread;
    return response;
  }
}

/** The procedures that a path names. Throws NOT_FOUND for one that is no text. */
function namesIn(path: string): string[] {
  try {
    return decodeURIComponent(path.slice('/trpc/'.length)).split(',');
  } catch {
    throw new ApiError('NOT_FOUND');
  }
}

/** An error of a request that never came to a procedure, in the form that tRPC's clients read. */
export function toTrpcErrorResponse(c: Hono<HonoEnv>, ctx: ErrorContext, error: unknown): Response {
  const cause = getTRPCErrorFromUnknown(error);
  const reader = { language: ctx.language, now: ctx.clock.now(), request_id: c.get('requestId') };
  const shape = toTrpcErrorShape(cause, reader);
  setHeaders(c, ctx.http?.response.headers ?? []);
  const { retry_after } = shape.data;
  if (retry_after !== null) c.header('Retry-After', String(retry_after));
  return c.json({ error: shape }, shape.data.httpStatus as ContentfulStatusCode);
}

interface Failed {
  error: TRPCError;
  path: string | undefined;
  type: string;
  ctx: unknown;
}

function assertBatchSize(calls: number, most: number): void {
  if (calls <= most) return;
  throw invalid('', `한 번에 ${most}개까지 호출할 수 있습니다`, `At most ${most} calls fit in one batch`);
}

/** tRPC reads the text of a body and parses it: what it reads is looked at before. */
function shallow(request: Request): Request {
  const read = request.text.bind(request);
  const text = async () => {
    const body = await read();
    assertJsonDepth(body);
    return body;
  };
  return Object.defineProperty(request, 'text', { value: text });
}

/** Calls that end before their procedure, which would measure itself: an unknown name, a wrong method, no context. */
function countUnreached(
  metrics: Metrics,
  { error, path, type, ctx }: Failed,
  { _def: { procedures } }: AnyTRPCRouter,
): void {
  if (path === undefined || type === 'unknown' || !Object.hasOwn(procedures, path))
    metrics.operation(NO_OPERATION, toHttpStatus(error), 0);
  else if (!ctx || error.code === 'METHOD_NOT_SUPPORTED') metrics.operation(path, toHttpStatus(error), 0);
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

function headersOf(
  c: Hono<HonoEnv>,
  ctx: Context | undefined,
  errors: readonly TRPCError[],
): { headers: Headers } {
  const pairs = ctx?.http?.response.headers ?? [];
  const headers = new Headers({ 'x-request-id': c.get('requestId') });
  for (const [name, value] of pairs) {
    if (name === 'set-cookie') headers.append(name, value);
    else headers.set(name, value);
  }
  const wait = maxRetryAfter(errors);
  if (wait > 0) headers.set('retry-after', String(wait));
  return { headers };
}

/** Throws PAYLOAD_TOO_LARGE at once for an announced length, and while reading when none was announced. */
function withinLimit(c: Hono, limit: number): Request {
  const announced = c.req.header('content-length');
  if (announced !== undefined) assertBodySize(Number(announced), limit);
  const { raw } = c.req;
  // Asking a GET for its body would build a whole Request around it.
  if (announced !== undefined || raw.method === 'GET' || !raw.body) return raw;
  let size = 0;
  const counted = raw.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        assertBodySize(size, limit);
        controller.enqueue(chunk);
      },
    }),
  );
  const { url, method, headers, signal } = raw;
  return new Request(url, { method, headers, signal, body: counted, duplex: 'half' } as RequestInit);
}
