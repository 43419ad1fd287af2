import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../routers/core/errors.ts';
import { responseHeaders } from './openapi-headers.ts';

export interface Operation {
  operationId: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: object[];
  requestBody?: { required?: boolean; description?: string; content: Record<string, { schema: unknown }> };
  responses: Record<string, unknown>;
}
export interface Document {
  info: object;
  servers: unknown[];
  tags: unknown[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, unknown>;
    responses: Record<string, unknown>;
    headers?: Record<string, object>;
  };
}

/**
 * Some of an operation's errors, by a status they share: a reference, since most operations fail alike, and written out
 * they would be half of the document.
 */
export function errorResponse(document: Document, http: number, codes: ErrorCode[]): { $ref: string } {
  const name = [`Error${http}`, ...codes].join('.');
  document.components.responses[name] ??= {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].en}`).join('\n\n'),
    headers: responseHeaders(http),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Failure' } },
    },
  };
  return { $ref: `#/components/responses/${name}` };
}

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

/** A file as an answer: whole, in part, or as it is already known. */
export function describeFile(document: Document, operation: Operation): void {
  const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  operation.responses['200'] = { description: 'The bytes, with the media type of the file', content: bytes };
  operation.responses['206'] = { description: 'The part that `Range` asks for', content: bytes };
  operation.responses['304'] = { description: '`If-None-Match` names the file as it is' };
  operation.responses['416'] = errorResponse(document, 416, ['INVALID_INPUT']);
  operation.parameters = [
    ...(operation.parameters ?? []),
    header('Range', 'A part of the bytes, `bytes=0-1023`'),
    header('If-Range', 'The ETag that the first part came with: another file is answered whole'),
    header('If-None-Match', 'The ETag of what the client has'),
  ];
}

/** Server-sent events. What tRPC's client calls `lastEventId` is a header here, as EventSource sends it. */
export function markAsStream(document: Document, operation: Operation, event: z.ZodType): void {
  operation.parameters = (operation.parameters ?? []).map((one) =>
    'name' in one && one.name === 'lastEventId'
      ? header('Last-Event-ID', 'Where a stream that was cut goes on after')
      : one,
  );
  const contentSchema = toComponent(document, event, 'output') as { $ref?: string };
  // Text for generators, few of which know streams; the keywords of JSON Schema say what the text holds.
  const schema = { type: 'string', contentMediaType: 'application/json', contentSchema };
  const events = { 'text/event-stream': { schema } };
  operation.responses['200'] = {
    description: `Server-sent events; the \`data\` of each is ${contentSchema.$ref?.slice(COMPONENTS.length) ?? 'JSON'}`,
    content: events,
  };
}

const COMPONENTS = '#/components/schemas/';

/** The schema, or a reference to it when it has a name. */
function toComponent(document: Document, schema: z.ZodType, io: 'input' | 'output'): object {
  const text = JSON.stringify(z.toJSONSchema(schema, { io }));
  const { $schema: _dialect, id, $defs, ...plain } = JSON.parse(text.replaceAll('#/$defs/', COMPONENTS));
  Object.assign(document.components.schemas, $defs, id ? { [id]: plain } : {});
  return id ? { $ref: COMPONENTS + id } : plain;
}

/** An operation that is no procedure, so that the generator does not know it. */
export interface PlainOperation {
  path: string;
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters: object[];
  security: Record<string, string[]>[];
  status: 200 | 202;
  input: z.ZodType;
  output: z.ZodType;
  /** media types of the body and the answer besides JSON */
  binary_types: string[];
  errors: ErrorCode[];
}

export function addPlainOperation(
  document: Document,
  { path, input, output, status, binary_types, errors, ...documentation }: PlainOperation,
): void {
  const binary = { schema: { type: 'string', format: 'binary' } };
  const toContent = (schema: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: toComponent(document, schema, io) },
    ...Object.fromEntries(binary_types.map((type) => [type, binary])),
  });
  const description = status === 202 ? 'Accepted' : 'Successful response';
  const responses: Record<string, unknown> = {
    [status]: { description, headers: responseHeaders(status), content: toContent(output, 'output') },
  };
  const codes = [...errors, ...EVERYWHERE];
  for (const code of codes) {
    const { http } = ERRORS[code];
    const alike = codes.filter((other) => ERRORS[other].http === http);
    responses[http] ??= errorResponse(document, http, alike);
  }
  const requestBody = { required: true, content: toContent(input, 'input') };
  document.paths[path] = { post: { ...documentation, requestBody, responses } };
}

const EVERYWHERE: ErrorCode[] = [
  'INVALID_INPUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMIT_EXCEEDED',
  'DB_ERROR',
  'INTERNAL_ERROR',
  'DB_BUSY',
  'STORAGE_FULL',
  'STORAGE_READ_ONLY',
];
