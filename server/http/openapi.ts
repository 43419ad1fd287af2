import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { generateOpenApiDocument, type OpenAPIObject } from 'trpc-to-openapi';
import { z } from 'zod';
import { SESSION_COOKIE } from '../../routers/accounts/auth/lucia.ts';
import { listKeyScopes } from '../../routers/core/access.ts';
import { ERRORS, type ErrorCode } from '../../routers/core/errors.ts';
import type { ProcedureMeta, RestMeta } from '../../routers/core/procedures.ts';
import { addExamples } from './openapi-examples.ts';
import { headerComponents, responseHeaders } from './openapi-headers.ts';
import { makePortable, toTitle } from './openapi-portable.ts';
import {
  addPlainOperation,
  type Document,
  describeFile,
  errorResponse,
  markAsStream,
  type Operation,
} from './openapi-responses.ts';
import { TRACE_EXPORT } from './otlp.ts';
import { restProcedures } from './rest.ts';
import { JSON_LIMIT } from './rest-input.ts';
import { restStreams } from './sse.ts';
import { WEBHOOKS } from './webhooks.ts';

const ErrorEnvelope = z
  .object({
    status: z.literal('error'),
    message: z
      .string()
      .meta({ description: "In the caller's language", example: '입력값이 올바르지 않습니다' }),
    code: z.string().meta({
      description: 'One of the codes that the answer describes. A later version may have others.',
      example: 'INVALID_INPUT',
    }),
    timestamp: z.iso.datetime(),
    request_id: z.string().nullable(),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong with which field' }),
    retry_after: z.int().optional().meta({ description: 'Seconds to wait' }),
    error: z.string().optional().meta({
      description: 'What OAuth calls it, of operations that its clients call (RFC 6749, 8628)',
      example: 'authorization_pending',
    }),
  })
  .meta({ id: 'Failure', description: 'Every failed call' });

/** In the order a reader wants them. */
const TAGS: [name: string, description: string][] = [
  ['Scan', 'Is this URL dangerous, and why. Guests and users.'],
  ['Chatbot', 'Questions about security, in Korean and English.'],
  ['Auth', 'Accounts, logins and tokens.'],
  ['Account', 'My profile and settings.'],
  ['Devices', 'Logging in the desktop app, and its versions.'],
  ['Files', 'Files and datasets.'],
  ['Events', 'What happens, as it happens.'],
  ['Inbox', 'My feed, notifications and tasks.'],
  ['Webhooks', 'What Git servers and agents tell of themselves. Signed, not logged in.'],
  ['Projects', 'Repositories, and the jobs that agents do on them.'],
  ['Agents', 'What agents call: taking jobs, reporting on them, signs of life.'],
  ['Git', 'What agents and analyzers tell of a repository.'],
  ['Insight', 'What language models and people did: traces, costs, use.'],
  ['Quiz', 'Questions to learn from: alone, against the clock, and again when they are due.'],
  ['Game', 'XP, points, badges, rewards, leaderboards and study groups.'],
  ['System', 'How the server is and what a client should know.'],
  ['Admin', 'For administrators.'],
];

const NO_CONTENT = 204;

const INFO = {
  license: { name: 'MIT', identifier: 'MIT' },
  contact: { name: 'Whoever runs this server' },
};
const SERVERS = [
  { url: 'http://127.0.0.1:5000', description: 'The server as it starts without configuration' },
  { url: '/', description: 'The server that this document came from' },
  { url: '/api/v1', description: 'The same, for existing clients' },
];

/** The OpenAPI 3.1 document of every procedure with a REST path. It describes exactly what REST sends. */
export function buildDocument(router: AnyTRPCRouter, version: string): OpenAPIObject {
  const document = generateOpenApiDocument(restView(router), {
    title: 'Flashscan',
    description:
      'URL security for QR codes, a security chatbot, and the server of a developer-learning product. ' +
      'The same operations are served natively as tRPC at `/trpc`.',
    version,
    baseUrl: '/',
    openApiVersion: '3.1.0',
    tags: TAGS.map(([name]) => name),
    defs: { Failure: ErrorEnvelope },
    securitySchemes: {
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: SESSION_COOKIE,
        description: 'Given at login, and to guests at their first call',
      },
      bearer: { type: 'http', scheme: 'bearer', description: 'An access token, or an API key' },
    },
  }) as unknown as Document;
  document.components.responses = {};
  document.components.headers = headerComponents();
  Object.assign(document.info, INFO);
  document.servers = SERVERS;
  document.tags = TAGS.map(([name, description]) => ({ name, description }));
  for (const [name, procedure, meta] of [...restProcedures(router), ...restStreams(router)]) {
    const { method, path } = meta.openapi as { method: string; path: string };
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation) finish(document, operation, name, procedure, meta);
  }
  for (const operation of [...WEBHOOKS, TRACE_EXPORT]) addPlainOperation(document, operation);
  for (const key of Object.keys(document.components.schemas)) {
    if (key.startsWith('error.')) delete document.components.schemas[key];
  }
  makePortable(document);
  addExamples(document);
  return document as unknown as OpenAPIObject;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key again within 24 hours gets the first answer again, and nothing happens twice',
  schema: { type: 'string', maxLength: 200 },
};

/** A view of the router whose outputs are REST's bodies. Only the generator sees it; tRPC keeps plain data. */
function restView(router: AnyTRPCRouter): AnyTRPCRouter {
  const procedures: Record<string, unknown> = {};
  for (const [name, procedure, meta] of restProcedures(router)) {
    const definition = procedure._def as unknown as { output: z.ZodType };
    const output = toRestOutput(definition.output, meta);
    procedures[name] = Object.assign(() => undefined, { _def: { ...procedure._def, output } });
  }
  for (const [name, procedure] of restStreams(router)) {
    const asQuery = { ...procedure._def, type: 'query', output: z.string() };
    procedures[name] = Object.assign(() => undefined, { _def: asQuery });
  }
  return { _def: { ...router._def, procedures } } as unknown as AnyTRPCRouter;
}

function toRestOutput(output: z.ZodType, { rest = {} }: ProcedureMeta): z.ZodType {
  if (!rest.envelope) return output;
  const message = rest.message ? { message: z.string().meta({ example: rest.message.ko }) } : {};
  const body = { status: z.literal('success'), ...message };
  if (rest.data === 'none') return z.object(body);
  if (!rest.envelope_fields || !(output instanceof z.ZodObject)) return z.object({ ...body, data: output });
  const shape = output.shape as Record<string, z.ZodType>;
  const envelopeFields = rest.envelope_fields;
  const pick = (isInEnvelope: boolean) =>
    Object.fromEntries(
      Object.entries(shape).filter(([field]) => envelopeFields.includes(field) === isInEnvelope),
    );
  return z.object({ ...body, ...pick(true), data: z.object(pick(false)) });
}

/** What the generator has no field for: status, security, error codes, names for bodies. */
function finish(
  document: Document,
  operation: Operation,
  name: string,
  procedure: AnyTRPCProcedure,
  meta: ProcedureMeta,
): void {
  const { rest = {}, access: who = 'anyone' } = meta;
  operation.operationId = name;
  const keyScopes = listKeyScopes(meta, procedure._def.type).map((scope) => `\`${scope}\``);
  if (keyScopes.length > 0)
    operation.description += ` API keys may call with the scope ${keyScopes.join(' or ')}.`;
  operation.security = toSecurity(rest.errors?.includes('AUTH_REQUIRED') ? 'user' : who);
  if (rest.body) {
    operation.requestBody = toRequestBody(procedure);
    delete operation.parameters;
  }
  const content = operation.requestBody?.content;
  const json = content?.['application/json'];
  if (json) json.schema = component(document, `${toTitle(name)}Input`, json.schema);
  if (content && json && rest.oauth) content['application/x-www-form-urlencoded'] = { schema: json.schema };
  if (operation.requestBody) {
    operation.requestBody.required = !acceptsNothing(procedure);
    operation.requestBody.description = toLimitText(rest);
  }
  const status = rest.status ?? 200;
  const ok = operation.responses['200'] as { description: string };
  operation.responses = { [status]: status === NO_CONTENT ? { description: 'Done' } : ok };
  if (rest.content === 'only') describeFile(document, operation);
  if (rest.unchanged_status)
    operation.responses[rest.unchanged_status] = { ...ok, description: 'It was there already' };
  if (procedure._def.type === 'subscription') markAsStream(document, operation, rest.event ?? z.string());
  for (const [http, codes] of listErrorCodes(operation, meta)) {
    operation.responses[http] = errorResponse(document, http, codes);
  }
  if (rest.failing_status)
    operation.responses[rest.failing_status] = {
      ...ok,
      description: 'Something is wrong, and the answer says what',
    };
  const isLimited = meta.rateLimit !== 'none';
  for (const [http, response] of Object.entries(operation.responses)) {
    if (typeof response !== 'object' || response === null || '$ref' in response) continue;
    operation.responses[http] = { ...response, headers: responseHeaders(Number(http), rest, { isLimited }) };
  }
  if (rest.idempotent) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  if (operation.parameters?.length === 0) delete operation.parameters;
}

function toLimitText({ form, body_limit }: RestMeta): string {
  if (form === 'stream' && !body_limit)
    return 'The file is at most as large as the server is configured to take.';
  const mebibytes = Math.round(((body_limit ?? JSON_LIMIT) / 2 ** 20) * 10) / 10;
  return `At most ${mebibytes} MiB; larger bodies are answered with 413.`;
}

/** The generator takes the input of every DELETE for a query. */
function toRequestBody(procedure: AnyTRPCProcedure): NonNullable<Operation['requestBody']> {
  const { inputs } = procedure._def as unknown as { inputs: [z.ZodType] };
  const { $schema: _dialect, ...schema } = z.toJSONSchema(inputs[0], { io: 'input' });
  return { content: { 'application/json': { schema } } };
}

function component(document: Document, name: string, schema: unknown): { $ref: string } {
  document.components.schemas[name] = schema;
  return { $ref: `#/components/schemas/${name}` };
}

function toSecurity(who: NonNullable<ProcedureMeta['access']>): Record<string, string[]>[] {
  const known = [{ cookie: [] }, { bearer: [] }];
  // An empty alternative: without credentials it works too.
  if (who === 'anyone') return [];
  return who === 'guest' ? [{}, ...known] : known;
}

function acceptsNothing(procedure: AnyTRPCProcedure): boolean {
  const { inputs } = procedure._def as unknown as { inputs: z.ZodType[] };
  return inputs.every((schema) => schema.safeParse({}).success);
}

function listErrorCodes(
  operation: Operation,
  { rest = {}, access: who = 'anyone', rateLimit: limit, openapi }: ProcedureMeta,
): [number, ErrorCode[]][] {
  const codes = new Set<ErrorCode>();
  if (operation.parameters?.length || operation.requestBody) codes.add('INVALID_INPUT');
  if (who !== 'anyone') codes.add('SESSION_EXPIRED');
  // Browsers' requests of other sites are refused, whoever may call.
  if (who !== 'anyone' || openapi?.method !== 'GET') codes.add('FORBIDDEN');
  if (who !== 'anyone' && who !== 'guest') codes.add('AUTH_REQUIRED');
  if (operation.requestBody) codes.add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE');
  if (limit !== 'none' || operation.operationId === 'scan.batch') codes.add('RATE_LIMIT_EXCEEDED');
  const own = (rest.errors ?? []).filter((one) => typeof one === 'string');
  for (const code of own) codes.add(code);
  codes.add('DB_ERROR').add('INTERNAL_ERROR').add('DB_BUSY');
  if (openapi?.method === 'GET') codes.add('ANSWER_TOO_LARGE');
  if (operation.requestBody || openapi?.method !== 'GET') codes.add('STORAGE_FULL').add('STORAGE_READ_ONLY');
  const responses = [...codes].map((code): readonly [ErrorCode, number] => [code, ERRORS[code].http]);
  const withOtherStatus = (rest.errors ?? []).filter((one) => typeof one !== 'string');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const [code, http] of [...responses, ...withOtherStatus])
    byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
  return [...byStatus].sort(([a], [b]) => a - b);
}
