import type { AnyTRPCRouter } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import type { HonoEnv } from './context.ts';
import type { ErrorContext } from './error-response.ts';
import { type Codec, type HandlerOptions, handleRequest } from './handle.ts';
import { addHeaders, setHeaders } from './json-response.ts';
import { parseJson } from './parse-json.ts';
import { JSON_LIMIT, readText } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

export const MCP_PATH = '/mcp';

/** Codes of JSON-RPC */
const [INVALID_REQUEST, INTERNAL_ERROR] = [-32600, -32603];

/**
 * Serves procedures as tools of the Model Context Protocol (streamable HTTP, https://modelcontextprotocol.io). Nothing is
 * kept between requests, so any process of the product answers any of them: each has one message, and its answer is JSON.
 */
export function mountMcp(router: AnyTRPCRouter, version: string, options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const loadProtocol = createLoader(router);
  const codec: Omit<Codec<Response>, 'read'> = {
    operation: MCP_PATH,
    encode: (c, ctx, response) => addHeaders(c, response, ctx.http?.response.headers ?? []),
    encodeError,
  };
  app.post(MCP_PATH, (c) =>
    handleRequest(c, options, codec, async (c, ctx) => {
      c.set('operation', MCP_PATH);
      const { authFailure } = ctx.http ?? {};
      if (authFailure?.by === 'bearer') throw new ApiError(authFailure.code);
      const message = parseJson(await readText(c, JSON_LIMIT));
      if (Array.isArray(message))
        throw invalid('', '요청마다 메시지 하나만 보내세요', 'Send one message in each request');
      const { runMessage, tools } = await loadProtocol();
      return runMessage(message, { tools, version, c, ctx, options });
    }),
  );
  return app;
}

/** The protocol's package takes a quarter of a second and 25 MB to load, so the first request loads it. */
function createLoader(router: AnyTRPCRouter) {
  const load = async () => {
    const [{ runMessage }, { listTools }] = await Promise.all([
      import('./mcp-server.ts'),
      import('./mcp-tools.ts'),
    ]);
    return { runMessage, tools: listTools(router) };
  };
  let loading: ReturnType<typeof load> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}

/** An error of a request whose message was not read. */
function encodeError(c: C, ctx: ErrorContext, cause: unknown): Response {
  const { code, http, message, issues, retry_after } = toErrorShape(cause, ctx.language);
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (retry_after !== undefined) c.header('Retry-After', String(retry_after));
  if (http === 401) c.header('WWW-Authenticate', 'Bearer');
  const data = { code, issues, retry_after, request_id: c.get('requestId') };
  const error = { code: http >= 500 ? INTERNAL_ERROR : INVALID_REQUEST, message, data };
  return c.json({ jsonrpc: '2.0', id: null, error }, http as ContentfulStatusCode);
}
