import { listKeyScopes } from '../../routers/core/access.ts';
import type { ProcedureMeta } from '../../routers/core/procedures.ts';
import { appRouter } from '../../routers/index.ts';
import { buildDocument } from '../../server/http/openapi.ts';
import { toOperationId } from '../../server/http/openapi-portable.ts';
import { restProcedures } from '../../server/http/rest.ts';
import { restStreams } from '../../server/http/sse.ts';

/** As much of JSON Schema as the document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  propertyNames?: Schema;
  'x-max-depth'?: number;
  'x-max-values'?: number;
  'x-max-name-length'?: number;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  example?: unknown;
  schema: Schema;
}

/** One operation of the product as the document tells it, and as tRPC knows it. */
export interface Operation {
  name: string;
  method: string;
  path: string;
  /** `null`: no procedure, REST alone serves it */
  type: 'query' | 'mutation' | 'subscription' | null;
  who: NonNullable<ProcedureMeta['access']>;
  /** keys that may call besides users */
  scopes: readonly string[];
  /** keys that may call in the name of their owner */
  keyScopes: readonly string[];
  parameters: Parameter[];
  body: Schema | undefined;
  /** the example of the body */
  example: unknown;
  /** the body is multipart/form-data */
  form: boolean;
  /** the codes of each status that the document tells */
  told: Map<number, Set<string>>;
}

export interface Operations {
  all: Operation[];
  /** what a `$ref` leads to */
  resolve(schema: Schema): Schema;
}

/** Of operations that are no procedures: webhooks are signed, and exporters of traces have a key. */
const SIGNED = { type: null, who: 'anyone', scopes: [], keyScopes: [] } as const;
const WITH_KEY = { type: null, who: 'llm', scopes: ['llm'], keyScopes: ['llm'] } as const;

/** Every operation of the document, made from the code: what is new is in it. */
export function everyOperation(): Operations {
  // biome-ignore lint/suspicious/noExplicitAny: the document is read as its readers do
  const document = JSON.parse(JSON.stringify(buildDocument(appRouter, '0.0.0'))) as any;
  const procedures = new Map(
    [...restProcedures(appRouter), ...restStreams(appRouter)].map(([name, procedure, meta]) => [
      toOperationId(name),
      {
        name,
        type: procedure._def.type as Operation['type'],
        who: meta.access ?? 'anyone',
        scopes: meta.scopes ?? [],
        keyScopes: listKeyScopes(meta, procedure._def.type),
      },
    ]),
  );
  const all: Operation[] = [];
  for (const [path, methods] of Object.entries<Record<string, never>>(document.paths)) {
    for (const [method, told] of Object.entries<Record<string, never>>(methods)) {
      const { operationId, parameters = [], requestBody, responses, security } = told as never as Told;
      const content = requestBody?.content ?? {};
      const [type, body] = Object.entries(content)[0] ?? [];
      all.push({
        method: method.toUpperCase(),
        path,
        ...(procedures.get(operationId) ?? {
          name: operationId,
          ...(security.length === 0 ? SIGNED : WITH_KEY),
        }),
        parameters,
        body: body?.schema,
        example: body?.example,
        form: type === 'multipart/form-data',
        told: codesOf(responses, document.components.responses),
      });
    }
  }
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1) as string] : schema;
  return { all, resolve };
}

interface Told {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, Answer>;
  security: object[];
}

interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema: Schema }>;
}

function codesOf(responses: Told['responses'], shared: Told['responses']): Operation['told'] {
  return new Map(
    Object.entries(responses).map(([status, own]) => {
      const answer = own.$ref ? shared[own.$ref.split('/').at(-1) as string] : own;
      const { content, description = '' } = answer ?? {};
      const codes = content
        ? [...description.matchAll(/^`(\w+)`: /gm)].map(([, code]) => code as string)
        : [];
      return [Number(status), new Set(codes)];
    }),
  );
}
