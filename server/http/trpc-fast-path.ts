import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  TRPCError,
} from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { Context as Hono } from 'hono';
import { type CallOptions, callProcedure } from '../../routers/core/call-procedure.ts';
import type { Context, Metrics } from '../../routers/core/context.ts';
import { type ProcedureMeta, toErrorShape, toHttpStatus } from '../../routers/core/procedures.ts';
import type { HonoEnv } from './context.ts';
import { jsonResponse } from './json-response.ts';
import { parseJson } from './parse-json.ts';
import { readText } from './rest-input.ts';

export interface TrpcOptions {
  context(c: Hono<HonoEnv>): Promise<Context>;
  onError(error: Error, c: Hono<HonoEnv>): void;
  metrics: Metrics;
  /** calls in one batch */
  max_batch: number;
}

/** Queries, or mutations, in JSON: what nearly every request of a client is. */
export interface FastPathCalls {
  type: 'query' | 'mutation';
  names: readonly string[];
  procedures: readonly AnyTRPCProcedure[];
  batch: boolean;
  /** of a query: the `input` of its address */
  input: string | null;
  /** bytes of a body */
  limit: number;
}

/**
 * The calls of a request that holds plain calls and nothing else. What does not (subscriptions, streamed answers, forms,
 * names of no procedure, another method) is null, and left to tRPC's own handler.
 */
export function parseFastPath(
  c: Hono<HonoEnv>,
  { _def: { procedures } }: AnyTRPCRouter,
  names: readonly string[],
  limit: number,
): FastPathCalls | null {
  const { method, url } = c.req;
  const type = method === 'POST' ? 'mutation' : method === 'GET' ? 'query' : null;
  const header = (name: string) => c.req.header(name);
  if (!type || header('trpc-accept') !== undefined || header('accept')?.includes('jsonl')) return null;
  if (!isJson(header('content-type') ?? (type === 'query' ? JSON_TYPE : ''))) return null;
  const sent = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const batch = sent.get('batch') === '1';
  if (sent.has('connectionParams') || url.includes('#') || (names.length > 1 && !batch)) return null;
  const known = names.map((name) => (Object.hasOwn(procedures, name) ? procedures[name] : undefined));
  if (!known.every((procedure) => procedure?._def.type === type)) return null;
  return { type, names, procedures: known, batch, input: sent.get('input'), limit };
}

const JSON_TYPE = 'application/json';

function isJson(type: string): boolean {
  return type === JSON_TYPE || type.split(';', 1)[0]?.trim().toLowerCase() === JSON_TYPE;
}

/**
 * Answers plain calls as tRPC's own handler does (https://trpc.io/docs/rpc). That one makes a `Request`, several
 * `Headers` and three abort signals for every call, which takes as long as a cached scan and its statements.
 */
export async function answerFastPath(
  c: Hono<HonoEnv>,
  calls: FastPathCalls,
  router: AnyTRPCRouter,
  options: TrpcOptions,
): Promise<Response> {
  const { type, names, procedures, batch } = calls;
  const ctx = await options.context(c).catch((error) => {
    for (const name of names) options.metrics.operation(name, toHttpStatus(error), 0);
    throw error;
  });
  ctx.ownsContext = names.length === 1;
  // Read when the first call asks, which is after it was counted.
  let read: Promise<unknown> | undefined;
  const inputOf = async (at: number) => {
    read ??= readSent(c, calls);
    const sent = await read;
    return batch ? (sent as Record<number, unknown> | undefined)?.[at] : sent;
  };
  const errors: TRPCError[] = [];
  const responses = await Promise.all(
    names.map(async (path, at) => {
      const procedure = procedures[at] as AnyTRPCProcedure;
      let input: unknown;
      const getRawInput: CallOptions['getRawInput'] = async () => {
        input = await inputOf(at);
        return input;
      };
      // Making a request's signal costs as much as a small query, so only what can use it gets it.
      const cancellable = (procedure._def.meta as ProcedureMeta | undefined)?.rest?.cancellable;
      const signal = cancellable ? c.req.raw.signal : undefined;
      try {
        return {
          result: {
            data: await callProcedure(procedure, { path, type, ctx, getRawInput, signal, batchIndex: at }),
          },
        };
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        errors.push(error);
        options.onError(error, c);
        return {
          error: getTRPCErrorShape({ config: router._def._config, error, type, path, input, ctx }),
        };
      }
    }),
  );
  const body = batch ? responses : (responses[0] as (typeof responses)[number]);
  return jsonResponse(c, body, getHTTPStatusCode(body), saidBy(ctx, errors));
}

/** What was sent, of all calls together; undefined for nothing. Throws INVALID_INPUT. */
async function readSent(c: Hono<HonoEnv>, { type, batch, input, limit }: FastPathCalls): Promise<unknown> {
  const text = type === 'query' ? input : await readText(c, limit);
  if (!text) return undefined;
  const sent = parseJson(text, type === 'query' ? 'input' : '');
  if (batch && (typeof sent !== 'object' || sent === null || Array.isArray(sent))) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: 'a batch sends an object, with a key for each call',
    });
  }
  return sent;
}

function saidBy(ctx: Context, errors: readonly TRPCError[]): [name: string, value: string][] {
  const said: [string, string][] = [['vary', 'trpc-accept, accept'], ...(ctx.http?.response.headers ?? [])];
  const wait = maxRetryAfter(errors);
  if (wait > 0) said.push(['retry-after', String(wait)]);
  return said;
}

/** Seconds after which each of these may be tried again; 0 when none says so. */
export function maxRetryAfter(errors: readonly TRPCError[]): number {
  return Math.max(0, ...errors.map((error) => toErrorShape(error, 'en').retry_after ?? 0));
}
