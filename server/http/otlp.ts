import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TRPCError } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import protobuf from 'protobufjs/minimal.js';
import { assertKeyOrUser } from '../../routers/core/access.ts';
import type { Context } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import type { EncodedExport } from '../../routers/insight/otlp/decode.ts';
import { type ExportResult, recordExport } from '../../routers/insight/otlp/record-export.ts';
import { MAX_EXPORT_BYTES, TraceExportInput, TraceExportResult } from '../../routers/insight/otlp/schemas.ts';
import type { HonoEnv } from './context.ts';
import { type ErrorContext, toErrorResponse } from './error-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  type HttpOperation,
  handleRequest,
  runOperation,
} from './handle.ts';
import { jsonResponse, setHeaders } from './json-response.ts';
import type { PlainOperation } from './openapi-responses.ts';
import { OTLP_PATH, OTLP_PATHS } from './otlp-paths.ts';
import { readBytes } from './rest-input.ts';

type C = HonoContext<HonoEnv>;

const PROTOBUF = 'application/x-protobuf';
const SCOPES = ['llm'] as const;

/**
 * Takes traces from OpenTelemetry's exporters (OTLP/HTTP, in JSON and protobuf). It is no procedure: the body is decoded
 * on the task thread.
 */
export function mountOtlp(options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const operation: HttpOperation<ExportResult> = {
    name: OTLP_PATH,
    type: 'mutation',
    meta: { access: 'llm', scopes: SCOPES },
    run: (ctx, input) =>
      recordExport({ ...ctx, caller: assertKeyOrUser(ctx, SCOPES) }, input as EncodedExport),
  };
  const codec: Codec<ExportResult> = { operation: OTLP_PATH, read, encode, encodeError };
  const run = (c: C, ctx: Context, call: Call) => runOperation(operation, c, ctx, codec, call);
  for (const path of OTLP_PATHS) app.post(path, (c) => handleRequest(c, options, codec, run));
  return app;
}

function toFormat(c: C): EncodedExport['format'] {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === PROTOBUF || type === 'application/protobuf') return 'protobuf';
  throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: `application/json, ${PROTOBUF}` } });
}

async function read(c: C): Promise<EncodedExport> {
  const format = toFormat(c);
  const bytes = await readBytes(c, MAX_EXPORT_BYTES);
  const isPacked = c.req.header('content-encoding')?.trim().toLowerCase() === 'gzip';
  return { format, bytes: isPacked ? await unpack(bytes) : bytes };
}

/** Throws PAYLOAD_TOO_LARGE and INVALID_INPUT. */
async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_EXPORT_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit: MAX_EXPORT_BYTES }, cause });
    throw invalid('', '본문이 올바른 gzip이 아닙니다', 'The body is not valid gzip');
  }
}

function encode(c: C, ctx: Context, { rejected, reason }: ExportResult): Response {
  const headers = ctx.http?.response.headers ?? [];
  const errorMessage = reason ?? '';
  if (toFormat(c) === 'json') {
    const body = rejected > 0 ? { partialSuccess: { rejectedSpans: String(rejected), errorMessage } } : {};
    return jsonResponse(c, body, 200, headers);
  }
  setHeaders(c, headers);
  const message = new protobuf.Writer();
  if (rejected > 0)
    message.uint32(10).fork().uint32(8).int64(rejected).uint32(18).string(errorMessage).ldelim();
  return c.body(toBytes(message), 200, { 'content-type': PROTOBUF });
}

/** Codes of google.rpc.Status by HTTP status; the rest are INVALID_ARGUMENT and INTERNAL. */
const RPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 413: 8, 429: 8, 503: 14 };

/** An error in the format of the request, as OTLP wants it. */
function encodeError(c: C, ctx: ErrorContext, error: TRPCError): Response {
  if (!c.req.header('content-type')?.includes('protobuf')) return toErrorResponse(c, ctx, error);
  const { http, message, retry_after } = toErrorShape(error, ctx.language);
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (retry_after !== undefined) c.header('Retry-After', String(retry_after));
  const code = RPC_CODES[http] ?? (http >= 500 ? 13 : 3);
  const status = new protobuf.Writer().uint32(8).int32(code).uint32(18).string(message);
  return c.body(toBytes(status), http as ContentfulStatusCode, { 'content-type': PROTOBUF });
}

const toBytes = (writer: protobuf.Writer): Uint8Array<ArrayBuffer> => new Uint8Array(writer.finish());

/** The operation, for the OpenAPI document. */
export const TRACE_EXPORT: PlainOperation = {
  path: OTLP_PATH,
  operationId: 'llm.exportSpans',
  summary: 'Report traces with an OpenTelemetry exporter',
  description:
    'OTLP/HTTP in JSON or protobuf, also with `Content-Encoding: gzip`. Spans with `gen_ai.*` attributes, or those of ' +
    'OpenLLMetry, OpenInference, Langfuse or the AI SDK, that call a model are traces with a cost, too; ' +
    '`GET /llm/traces/{trace_id}` has the tree. Personal data is masked and links in responses are judged before ' +
    'anything is stored. A span that is stored already is left as it is. The same at `/api/public/otel/v1/traces`, ' +
    'and with the key as the password of Basic. API keys may call with the scope `llm`.',
  tags: ['Insight'],
  parameters: [],
  security: [{ cookie: [] }, { bearer: [] }],
  status: 200,
  input: TraceExportInput,
  output: TraceExportResult,
  binary_types: [PROTOBUF],
  errors: ['AUTH_REQUIRED', 'SESSION_EXPIRED', 'FORBIDDEN', 'TOO_EXPENSIVE', 'SERVER_BUSY', 'MODEL_ERROR'],
};
