import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { Context as HonoContext } from 'hono';
import type { Context } from '../../routers/core/context.ts';
import { toErrorShape, toTrpcErrorShape } from '../../routers/core/error-shape.ts';
import type { ErrorShape } from '../../routers/core/errors.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import type { HonoEnv } from './context.ts';
import type { ErrorContext } from './error-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  type HttpOperation,
  handleRequest,
  runOperation,
} from './handle.ts';
import { AnswerBudget, jsonResponse } from './json-response.ts';
import { discardStagedFiles } from './multipart-stream.ts';
import { parseJson } from './parse-json.ts';
import { type InputPlan, isFormType, readForm, readMultipart, readText } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

/** A procedure as tRPC serves it. */
export interface TrpcProcedure extends HttpOperation {
  /** bytes of a body */
  limit: number;
  /** of those that take a form: how it is read */
  form: InputPlan | undefined;
}

/** The calls of one request: queries or mutations with their input in JSON, which nearly all are, or a form. */
export interface PlainCalls {
  procedures: readonly TrpcProcedure[];
  batch: boolean;
  /** of queries: the `input` of the address */
  query: string | null;
  form: InputPlan | undefined;
}

/**
 * The calls of a request that holds plain calls and nothing else; null for what is left to tRPC's own handler:
 * subscriptions, streamed answers, names of no procedure, another method.
 */
export function parsePlainCalls(
  c: C,
  names: readonly string[],
  procedures: ReadonlyMap<string, TrpcProcedure>,
): PlainCalls | null {
  const { method, url } = c.req;
  const type = method === 'POST' ? 'mutation' : method === 'GET' ? 'query' : null;
  if (!type || c.req.header('trpc-accept') !== undefined || c.req.header('accept')?.includes('jsonl'))
    return null;
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const batch = search.get('batch') === '1';
  if (search.has('connectionParams') || url.includes('#') || (names.length > 1 && !batch)) return null;
  const called = names.map((name) => procedures.get(name));
  if (!called.every((procedure) => procedure?.type === type)) return null;
  const contentType = c.req.header('content-type') ?? (type === 'query' ? JSON_TYPE : '');
  const form = !batch && isFormType(contentType) ? called[0]?.form : undefined;
  if (!form && !isJsonType(contentType)) return null;
  const query = type === 'query' ? (search.get('input') ?? '') : null;
  return { procedures: called as TrpcProcedure[], batch, query, form };
}

const JSON_TYPE = 'application/json';

function isJsonType(type: string): boolean {
  return type === JSON_TYPE || type.split(';', 1)[0]?.trim().toLowerCase() === JSON_TYPE;
}

type TrpcAnswer = { result: { data: unknown } } | { error: ErrorShape };
/** Of a batch, `text` has the answers, and `body` what is needed for the status. */
type TrpcAnswers = { body: TrpcAnswer | TrpcAnswer[]; text?: string; retry_after: number };

/**
 * Answers plain calls as tRPC's own handler does (https://trpc.io/docs/rpc). That one makes a `Request`, several
 * `Headers` and three abort signals for every call, which takes as long as a cached scan and its statements.
 */
export function answerPlainCalls(c: C, calls: PlainCalls, options: HandlerOptions): Promise<Response> {
  const [only] = calls.procedures as [TrpcProcedure];
  const codec: Codec<TrpcAnswers> = {
    operation: calls.procedures.length === 1 ? only.name : NO_OPERATION,
    read: (c, ctx) => readCalls(c, ctx, calls),
    encode: (c, ctx, answers) => sendAnswers(c, ctx, answers),
    encodeError: (c, ctx, error, input) => {
      const answer = { error: toShape(c, ctx, error, only.name, input) };
      return sendAnswers(c, ctx, { body: answer, retry_after: toRetryAfter(error) });
    },
  };
  if (calls.form) codec.release = discardStagedFiles;
  const run = calls.batch
    ? (c: C, ctx: Context) => runBatch(c, ctx, calls, options)
    : async (c: C, ctx: Context, call: Call): Promise<TrpcAnswers> => {
        ctx.isSingleCall = true;
        const data = await runOperation(only, c, ctx, codec, call);
        return { body: { result: { data } }, retry_after: 0 };
      };
  return handleRequest(c, options, codec, run);
}

/** Calls of a batch that run at a time: so many answers may be larger than what is left. */
const MAX_CONCURRENT_CALLS = 4;

/** Every call of a batch has an answer of its own. Those that do not fit into the answer as a whole are errors. */
async function runBatch(
  c: C,
  ctx: Context,
  calls: PlainCalls,
  options: HandlerOptions,
): Promise<TrpcAnswers> {
  ctx.isSingleCall = calls.procedures.length === 1;
  // The body is read once, when the first call that may be made asks for its input.
  let body: Promise<unknown> | undefined;
  let retry_after = 0;
  const budget = new AnswerBudget();
  const texts: string[] = [];
  const answer = async (procedure: TrpcProcedure, at: number): Promise<TrpcAnswer> => {
    const call: Call = { input: undefined };
    const read = async () => {
      body ??= readCalls(c, ctx, calls);
      return ((await body) as Record<number, unknown> | undefined)?.[at];
    };
    try {
      budget.assertLeft();
      const data = await runOperation(procedure, c, ctx, { read }, call);
      texts[at] = budget.spend({ result: { data } });
      return { result: { data: null } };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      retry_after = Math.max(retry_after, toRetryAfter(error));
      options.onError(error, c);
      const failure = { error: toShape(c, ctx, error, procedure.name, call.input) };
      texts[at] = JSON.stringify(failure);
      return failure;
    }
  };
  const answers: TrpcAnswer[] = [];
  const pending = calls.procedures.entries();
  const worker = async () => {
    for (const [at, procedure] of pending) answers[at] = await answer(procedure, at);
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_CALLS }, worker));
  return { body: answers, text: `[${texts.join(',')}]`, retry_after };
}

/** The input of a call, or those of all calls of a batch; undefined for nothing. Throws INVALID_INPUT. */
async function readCalls(c: C, ctx: Context, calls: PlainCalls): Promise<unknown> {
  const { batch, form, query, procedures } = calls;
  if (form) return form.from === 'stream' ? readMultipart(c.req.raw, form, ctx) : readForm(c, form);
  const text = query ?? (await readText(c, Math.max(...procedures.map(({ limit }) => limit))));
  if (text === '') return undefined;
  const inputs = parseJson(text, query === null ? '' : 'input');
  if (batch && (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: 'a batch sends an object, with a key for each call',
    });
  }
  return inputs;
}

function sendAnswers(c: C, ctx: ErrorContext, { body, text, retry_after }: TrpcAnswers): Response {
  const headers: [string, string][] = [
    ['vary', 'trpc-accept, accept'],
    ...(ctx.http?.response.headers ?? []),
  ];
  if (retry_after > 0) headers.push(['retry-after', String(retry_after)]);
  const status = getHTTPStatusCode(body as Parameters<typeof getHTTPStatusCode>[0]);
  return jsonResponse(c, body, status, headers, text);
}

/** An error in the form that tRPC's clients read. */
export function toShape(
  c: C,
  ctx: ErrorContext,
  error: TRPCError,
  path?: string,
  input?: unknown,
): ErrorShape {
  const reader = { language: ctx.language, now: ctx.clock.now(), request_id: c.get('requestId') };
  return toTrpcErrorShape(error, reader, path, input);
}

/** Seconds after which this may be tried again; 0 when the error has none. */
export function toRetryAfter(error: TRPCError): number {
  return toErrorShape(error, 'en').retry_after ?? 0;
}
