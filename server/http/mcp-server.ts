import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { Context as HonoContext } from 'hono';
import { mayCall } from '../../routers/core/access.ts';
import type { Context } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import type { HonoEnv } from './context.ts';
import { type HandlerOptions, runOperation } from './handle.ts';
import { toJsonText } from './json-response.ts';
import { type McpTool, toStructuredContent } from './mcp-tools.ts';

type C = HonoContext<HonoEnv>;

const INSTRUCTIONS =
  'Flashscan judges links, messages and the content of QR codes, answers questions about online fraud, and keeps the projects, jobs, commits, quizzes and costs of a developer who learns.';

/** Has the protocol's own server answer one message, with nothing left of it afterwards. */
export async function runMessage(message: unknown, request: McpRequest): Promise<Response> {
  const server = createServer(request);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    // Its optional fields may be undefined, which the interface's types do not allow.
    await server.connect(transport as Parameters<Server['connect']>[0]);
    return await transport.handleRequest(request.c.req.raw, { parsedBody: message });
  } finally {
    await server.close();
  }
}

export interface McpRequest {
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
