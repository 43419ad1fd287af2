import { type AnyTRPCProcedure, type AnyTRPCRouter, getTRPCErrorFromUnknown } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import { etag } from 'hono/etag';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { callProcedure } from '../../routers/core/call-procedure.ts';
import type { Context } from '../../routers/core/context.ts';
import { ApiError, fill, type OAuthError } from '../../routers/core/errors.ts';
import {
  type ErrorDescription,
  type ProcedureMeta,
  type RestMeta,
  toErrorShape,
} from '../../routers/core/procedures.ts';
import { toIso } from '../../routers/core/wire-types.ts';
import { type HonoEnv, operationName } from './context.ts';
import { fileResponse } from './file-response.ts';
import { jsonResponse, setHeaders } from './json-response.ts';
import { discardStagedFiles } from './multipart-stream.ts';
import { type InputPlan, planInput, readInput } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

export interface RestOptions {
  context(c: C): Promise<Context>;
  /** hears of every error; those that are not the caller's fault are worth a log line */
  onError(error: Error, c: C): void;
}

/** One procedure as REST serves it. */
interface Route {
  name: string;
  procedure: AnyTRPCProcedure;
  type: 'query' | 'mutation';
  method: string;
  path: string;
  rest: RestMeta;
  input: InputPlan;
}

/** The procedures of a router that have a REST path. */
export function restProcedures(
  router: AnyTRPCRouter,
): [name: string, procedure: AnyTRPCProcedure, meta: ProcedureMeta][] {
  const all = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  return all.flatMap(([name, procedure]) => {
    const meta = procedure._def.meta as ProcedureMeta | undefined;
    return meta?.openapi && procedure._def.type !== 'subscription' ? [[name, procedure, meta] as const] : [];
  }) as [string, AnyTRPCProcedure, ProcedureMeta][];
}

/**
 * Serves every procedure that has a REST path, from the definitions tRPC serves too. Schemas are read, never
 * changed; paths that exist answer 405 with `Allow` to other methods, and OPTIONS.
 */
export function mountRest(router: AnyTRPCRouter, options: RestOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const routes = restProcedures(router).map(([name, procedure, meta]): Route => {
    const { method, path } = meta.openapi as { method: string; path: string };
    const input = planInput(procedure, method, path, meta.rest);
    const type = procedure._def.type as Route['type'];
    return { name, procedure, type, method, path, rest: meta.rest ?? {}, input };
  });
  routes.sort((a, b) => rank(a.path).localeCompare(rank(b.path)));
  for (const route of routes) {
    if (route.rest.etag) app.on(route.method, honoPath(route.path), etag());
    app.on(route.method, honoPath(route.path), (c) => serve(c, route, options));
  }
  for (const [path, methods] of methodsByPath(routes)) {
    const allow = methods.join(', ');
    app.all(honoPath(path), operationName(path), (c) => {
      c.header('Allow', allow);
      if (c.req.method === 'OPTIONS') return c.body(null, 204);
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
  return app;
}

async function serve(c: C, route: Route, options: RestOptions): Promise<Response> {
  const ctx = await options.context(c);
  ctx.ownsContext = true;
  let input: unknown;
  try {
    const output = await callProcedure(route.procedure, {
      path: route.name,
      type: route.type,
      ctx,
      getRawInput: async () => {
        input = await readInput(c, route.input, ctx);
        return input;
      },
      // Making a request's signal costs as much as a small query, so only what can use it gets it.
      signal: route.rest.cancellable ? c.req.raw.signal : undefined,
      batchIndex: 0,
    });
    return await success(c, ctx, route.rest, output as Record<string, unknown>);
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    options.onError(error, c);
    return toErrorResponse(c, ctx, error, input, route.rest);
  } finally {
    if (route.rest.form === 'stream') await discardStagedFiles(input);
  }
}

async function success(
  c: C,
  ctx: Context,
  rest: RestMeta,
  output: Record<string, unknown>,
): Promise<Response> {
  const content = ctx.http?.response.content;
  if (content || rest.status === 204) setHeaders(c, ctx.http?.response.headers ?? []);
  if (content) return fileResponse(c, ctx.files, content);
  if (rest.status === 204) return c.body(null, 204);
  return answer(c, ctx, rest, rest.envelope ? enveloped(ctx, rest, output) : output);
}

function answer(c: C, ctx: Context, rest: RestMeta, body: object): Response {
  const said = ctx.http?.response.headers ?? [];
  const status = ctx.http?.response.status ?? rest.status ?? 200;
  if (!rest.etag) return jsonResponse(c, body, status, said);
  // The middleware that adds the ETag has its own word on keeping it.
  setHeaders(c, said);
  return c.json(body, status as ContentfulStatusCode);
}

/** ColScan's form of a success: `{status, message?, …beside, data?}`. */
function enveloped(ctx: Context, rest: RestMeta, output: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = { status: 'success' };
  if (rest.message) body.message = fill(rest.message[ctx.language], output);
  if (rest.data === 'none') return body;
  if (!rest.beside) return Object.assign(body, { data: output });
  const data = { ...output };
  for (const field of rest.beside) {
    body[field] = data[field];
    delete data[field];
  }
  return Object.assign(body, { data });
}

/** What of a context an error needs; there is one even when making the context is what failed. */
export type ErrorContext = Pick<Context, 'language' | 'clock' | 'http'>;

/** The one form of every error. */
export function toErrorResponse(
  c: C,
  ctx: ErrorContext,
  error: unknown,
  input?: unknown,
  rest?: RestMeta,
): Response {
  const told = toErrorShape(error, ctx.language, input);
  const { code, http, message, issues, retry_after } = told;
  const body = {
    status: 'error',
    message,
    code,
    timestamp: toIso(ctx.clock.now()),
    request_id: c.get('requestId'),
    ...(issues ? { issues } : {}),
    ...(retry_after === undefined ? {} : { retry_after }),
    ...(rest?.oauth ? { error: oauthError(told) } : {}),
  };
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (retry_after !== undefined) c.header('Retry-After', String(retry_after));
  return c.json(body, http as ContentfulStatusCode);
}

function oauthError({ oauth, http }: ErrorDescription): OAuthError {
  if (oauth) return oauth;
  if (http === 429) return 'slow_down';
  return http >= 500 ? 'server_error' : 'invalid_request';
}

/** Each path once, with every method it takes; parameters are one path whatever their names. */
function methodsByPath(routes: readonly Route[]): [path: string, methods: string[]][] {
  const paths = new Map<string, { path: string; methods: string[] }>();
  for (const { path, method } of routes) {
    const key = path.replace(/\{[^}]+\}/g, '{}');
    const entry = paths.get(key) ?? { path, methods: [] };
    entry.methods.push(method, ...(method === 'GET' ? ['HEAD'] : []));
    paths.set(key, entry);
  }
  return [...paths.values()].map(({ path, methods }) => [path, [...methods, 'OPTIONS']]);
}

function honoPath(path: string): string {
  return path.replace(/\{(.+?)\}/g, ':$1');
}

/** Literal segments before parameters: `/history/all` is not an id, whatever the order of the routers. */
function rank(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '1' : '0'))
    .join('');
}
