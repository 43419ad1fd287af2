import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { type AnyTRPCRouter, getTRPCErrorFromUnknown } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { mayCall } from '../../routers/core/access.ts';
import type { Context } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import type { HonoEnv } from './context.ts';
import type { ErrorContext } from './error-response.ts';
import { type Codec, type HandlerOptions, handleRequest, runOperation } from './handle.ts';
import { addHeaders, setHeaders, toJsonText } from './json-response.ts';
import { listTools, type McpTool, toStructuredContent } from './mcp-tools.ts';
import { parseJson } from './parse-json.ts';
import { JSON_LIMIT, readText } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

export const MCP_PATH = '/mcp';

const INSTRUCTIONS =
  'Flashscan judges links, messages and the content of QR codes, answers questions about online fraud, and keeps the projects, jobs, commits, quizzes and costs of a developer who learns.';

/**
 * Serves procedures as tools of the Model Context Protocol (streamable HTTP, https://modelcontextprotocol.io). Nothing is
 * kept between requests, so any process of the product answers any of them: each has one message, and its answer is JSON.
 */
export function mountMcp(router: AnyTRPCRouter, version: string, options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const tools = listTools(router);
  const codec: Omit<Codec<Response>, 'read'> = {
    operation: MCP_PATH,
    encode: (c, ctx, response) => addHeaders(c, response, ctx.http?.response.headers ?? []),
    encodeError,
  };
  app.post(MCP_PATH, (c) =>
    handleRequest(c, options, codec, async (c, ctx) => {
      const { authFailure } = ctx.http ?? {};
      if (authFailure?.by === 'bearer') throw new ApiError(authFailure.code);
      const message = parseJson(await readText(c, JSON_LIMIT));
      if (Array.isArray(message))
        throw invalid('', '요청마다 메시지 하나만 보내세요', 'Send one message in each request');
      const server = createServer({ tools, version, c, ctx, options });
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      try {
        // Its optional fields may be undefined, which the interface's types do not allow.
        await server.connect(transport as Parameters<Server['connect']>[0]);
        return await transport.handleRequest(c.req.raw, { parsedBody: message });
      } finally {
        await server.close();
      }
    }),
  );
  return app;
}

interface McpRequest {
  tools: ReadonlyMap<string, McpTool>;
  version: string;
  c: C;
  ctx: Context;
  options: HandlerOptions;
}

/** The protocol's server for one request. */
function createServer({ tools, version, c, ctx, options }: McpRequest): Server {
  const server = new Server(
    { name: 'flashscan', title: 'Flashscan', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  c.set('operation', MCP_PATH);
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...tools.values()]
      .filter(({ operation }) => mayCall(ctx, operation.meta, operation.type))
      .map(({ description }) => description),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.get(params.name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name.slice(0, 100)}"`);
    // The call measures itself.
    c.set('operation', undefined);
    return callTool(tool, params.arguments ?? {}, { c, ctx, options });
  });
  return server;
}

/** What fails is an answer too: a model reads it, and mends what it sent. */
async function callTool(
  { operation }: McpTool,
  input: unknown,
  { c, ctx, options }: Pick<McpRequest, 'c' | 'ctx' | 'options'>,
): Promise<CallToolResult> {
  ctx.isSingleCall = true;
  try {
    const output = await runOperation(operation, c, ctx, { read: () => input }, { input });
    const structuredContent = toStructuredContent(output);
    return { content: [{ type: 'text', text: toJsonText(structuredContent) }], structuredContent };
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    options.onError(error, c);
    const { code, message, issues, retry_after } = toErrorShape(error, ctx.language, input);
    const text = JSON.stringify({ code, message, issues, retry_after, request_id: c.get('requestId') });
    return { content: [{ type: 'text', text }], isError: true };
  }
}

/** An error of a request whose message was not read. */
function encodeError(c: C, ctx: ErrorContext, cause: unknown): Response {
  const { code, http, message, issues, retry_after } = toErrorShape(cause, ctx.language);
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (retry_after !== undefined) c.header('Retry-After', String(retry_after));
  if (http === 401) c.header('WWW-Authenticate', 'Bearer');
  const data = { code, issues, retry_after, request_id: c.get('requestId') };
  const error = { code: http >= 500 ? ErrorCode.InternalError : ErrorCode.InvalidRequest, message, data };
  return c.json({ jsonrpc: '2.0', id: null, error }, http as ContentfulStatusCode);
}
