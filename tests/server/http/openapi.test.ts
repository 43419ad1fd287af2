import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, expect, test } from 'vitest';
import { documentText } from '../../../server/http/openapi-file.ts';
import { resolveInPackage } from '../../../server/process/env.ts';

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
}
interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; required?: boolean; example?: unknown; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  security?: object[];
  responses: Record<string, Answer>;
}
interface Answer {
  $ref?: string;
  description: string;
  content?: Record<string, { schema: Schema }>;
}

let text: string;
let document: {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
};

beforeAll(() => {
  text = documentText();
  document = JSON.parse(text);
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      at: `${method} ${path}`,
      operation: { ...operation, responses: written(operation.responses) },
    })),
  );

/** Answers that are written elsewhere in the document, in their place. */
function written(responses: Operation['responses']): Operation['responses'] {
  const of = ({ $ref, ...own }: Answer) =>
    $ref ? (document.components.responses[$ref.split('/').at(-1) as string] as Answer) : own;
  return Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, of(answer)]));
}

function resolve(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name ? (document.components.schemas[name] as Schema) : schema;
}

/** Whether a reader of the schema, or a page that tries it out, knows a value to send. */
function shown(schema: Schema): boolean {
  const { example, examples, default: fallback, enum: choices, const: only, format } = resolve(schema);
  return (
    [example, examples?.[0], fallback, choices?.[0], only].some((v) => v !== undefined) || format === 'binary'
  );
}

test('the committed document is what the code says: `npm run openapi` makes it anew', async () => {
  expect(await readFile(resolveInPackage('openapi.json'), 'utf8')).toBe(text);
});

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('every reference leads to a component, and every component is used', () => {
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
  const failures = new Set(
    [...text.matchAll(/"#\/components\/responses\/([^"]+)"/g)].map(([, name]) => name),
  );
  expect([...failures].sort()).toEqual(Object.keys(document.components.responses).sort());
});

test('every operation has a summary, a tag of the list, and the name it has on tRPC', () => {
  const tags = document.tags.map(({ name }) => name);
  for (const { at, operation } of operations()) {
    expect(operation.summary, at).toMatch(/^[A-Z].{3,80}[^.]$/);
    expect(operation.tags, at).toHaveLength(1);
    expect(tags, at).toContain(operation.tags?.[0]);
    expect(operation.operationId, at).toMatch(/^[a-z]\w*(\.[a-z]\w*)+$/);
  }
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every operation says how it fails, in the one form of every error', () => {
  for (const { at, operation } of operations()) {
    const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    expect(
      failures.map(([status]) => status),
      at,
    ).toContain('500');
    for (const [status, { content }] of failures) {
      const schema = content?.['application/json']?.schema as Schema;
      expect(schema.allOf?.[0], `${at} ${status}`).toEqual({ $ref: '#/components/schemas/Error' });
      expect(schema.allOf?.[1]?.properties?.code?.enum?.length, `${at} ${status}`).toBeGreaterThan(0);
    }
  }
});

test('every operation has one success, with a body but for 204', () => {
  for (const { at, operation } of operations()) {
    // 206 and 304 are other forms of the same success.
    const successes = Object.entries(operation.responses).filter(
      ([status]) => Number(status) < 400 && !['206', '304'].includes(status),
    );
    expect(successes, at).toHaveLength(1);
    const [status, { content }] = successes[0] as (typeof successes)[0];
    expect(content !== undefined, at).toBe(status !== '204');
  }
});

test('what may answer AUTH_REQUIRED asks for credentials, so that pages and clients send them', () => {
  for (const { at, operation } of operations()) {
    const needed = JSON.stringify(operation.responses).includes('"AUTH_REQUIRED"');
    const optional = (operation.security ?? []).some((alternative) => Object.keys(alternative).length === 0);
    expect(needed ? Boolean(operation.security?.length) && !optional : true, at).toBe(true);
  }
});

test('everything an operation requires has an example', () => {
  const bare: string[] = [];
  for (const { at, operation } of operations()) {
    for (const { name, required, example, schema } of operation.parameters ?? []) {
      if (required && example === undefined && !shown(schema)) bare.push(`${at} ${name}`);
    }
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
      const body = resolve(schema);
      if (body.example !== undefined) continue;
      for (const name of body.required ?? []) {
        if (!shown(body.properties?.[name] as Schema)) bare.push(`${at} ${name}`);
      }
    }
  }
  expect(bare).toEqual([]);
});
