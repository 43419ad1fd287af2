import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import { etag } from 'hono/etag';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Context } from '../../routers/core/context.ts';
import { fill } from '../../routers/core/errors.ts';
import type { ProcedureMeta, RestMeta } from '../../routers/core/procedures.ts';
import type { HonoEnv } from './context.ts';
import { toErrorResponse } from './error-response.ts';
import { fileResponse } from './file-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  handleRequest,
  runOperation,
  toOperation,
} from './handle.ts';
import { jsonResponse, setHeaders, toJsonText } from './json-response.ts';
import { discardStagedFiles } from './multipart-stream.ts';
import { type InputPlan, planInput, readInput } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

/** One procedure as REST serves it. */
interface Route {
  name: string;
  procedure: AnyTRPCProcedure;
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

/** Serves every procedure that has a REST path, from the definitions that tRPC serves too. */
export function mountRest(router: AnyTRPCRouter, options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const routes = restProcedures(router).map(([name, procedure, meta]): Route => {
    const { method, path } = meta.openapi as { method: string; path: string };
    const input = planInput(procedure, method, path, meta.rest);
    return { name, procedure, method, path, rest: meta.rest ?? {}, input };
  });
  routes.sort((a, b) => rank(a.path).localeCompare(rank(b.path)));
  for (const route of routes) {
    const operation = toOperation(route.name, route.procedure);
    const codec = restCodec(route);
    const run = (c: C, ctx: Context, call: Call) => {
      ctx.isSingleCall = true;
      return runOperation(operation, c, ctx, codec, call);
    };
    if (route.rest.etag) app.on(route.method, honoPath(route.path), etag());
    app.on(route.method, honoPath(route.path), (c) => handleRequest(c, options, codec, run));
  }
  return app;
}

/** REST's answer to one operation: its output in the operation's envelope, a file, or nothing. */
function restCodec({ name, rest, input: plan }: Route): Codec<unknown> {
  const codec: Codec<unknown> = {
    operation: name,
    read: (c, ctx) => readInput(c, plan, ctx),
    encode: (c, ctx, output) => encode(c, ctx, rest, output as Record<string, unknown>),
    encodeError: (c, ctx, error, input) => toErrorResponse(c, ctx, error, input, rest),
  };
  return rest.form === 'stream' ? { ...codec, release: discardStagedFiles } : codec;
}

function encode(
  c: C,
  ctx: Context,
  rest: RestMeta,
  output: Record<string, unknown>,
): Response | Promise<Response> {
  const { headers = [], content, status = rest.status ?? 200 } = ctx.http?.response ?? {};
  if (content || rest.status === 204 || rest.etag) setHeaders(c, headers);
  if (content) return fileResponse(c, ctx.files, content);
  if (rest.status === 204) return c.body(null, 204);
  const body = rest.envelope ? toEnvelope(ctx, rest, output) : output;
  // The middleware that adds an ETag decides for itself how long the answer may be cached.
  return rest.etag
    ? c.body(toJsonText(body), status as ContentfulStatusCode, { 'content-type': 'application/json' })
    : jsonResponse(c, body, status, headers);
}

/** ColScan's form of a success: `{status, message?, …envelope_fields, data?}`. */
function toEnvelope(ctx: Context, rest: RestMeta, output: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = { status: 'success' };
  if (rest.message) body.message = fill(rest.message[ctx.language], output);
  if (rest.data === 'none') return body;
  if (!rest.envelope_fields) return Object.assign(body, { data: output });
  const data = { ...output };
  for (const field of rest.envelope_fields) {
    body[field] = data[field];
    delete data[field];
  }
  return Object.assign(body, { data });
}

function honoPath(path: string): string {
  return path.replace(/\{([^{}]+)\}/g, ':$1');
}

/** Literal segments before parameters: `/history/all` is not an id, whatever the order of the routers. */
function rank(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '1' : '0'))
    .join('');
}
