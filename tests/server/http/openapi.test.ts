import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
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
  description?: string;
  requestBody?: { content: Record<string, Content> };
  security?: object[];
  responses: Record<string, Answer>;
}
interface Answer {
  $ref?: string;
  description: string;
  headers?: object;
  content?: Record<string, Content>;
}
interface Content {
  schema: Schema;
  example?: unknown;
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
    expect(operation.operationId, at).toMatch(/^[a-z][A-Za-z]+$/);
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
    for (const [status, { content, description }] of failures) {
      // A server that is not well is what such an operation tells, and no failure of its own.
      if (/\/health/.test(at) && status === '503') continue;
      const schema = content?.['application/json']?.schema as Schema;
      expect(schema, `${at} ${status}`).toEqual({ $ref: '#/components/schemas/Failure' });
      expect(description, `${at} ${status}`).toMatch(/^`[A-Z_]+`: /);
    }
  }
});

test('every operation has one success, with a body but for 204', () => {
  for (const { at, operation } of operations()) {
    // 206 and 304 are other forms of the same success, and 200 beside 201 says that it was there already.
    const successes = Object.entries(operation.responses).filter(
      ([status]) =>
        Number(status) < 400 &&
        !['206', '304'].includes(status) &&
        !(status === '200' && '201' in operation.responses),
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

/** The bodies that an operation takes as JSON, and those it answers, but for bytes. */
function listContents({ requestBody, responses }: Operation): Content[] {
  const answers = Object.entries(responses).filter(([status]) => Number(status) < 400);
  const json = requestBody?.content['application/json'];
  const contents = [
    ...(json ? [json] : []),
    ...answers.flatMap(([, { content = {} }]) => Object.values(content)),
  ];
  return contents.filter(({ schema }) => schema.format !== 'binary');
}

test('every body and every answer has an example, which its schema allows', () => {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { int64: true, double: true, binary: true },
  });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const wrong: string[] = [];
  for (const { at, operation } of operations()) {
    for (const { schema, example } of listContents(operation)) {
      if (example === undefined) wrong.push(`${at}: no example`);
      const isValid = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
      if (!isValid(example)) wrong.push(`${at}: ${ajv.errorsText(isValid.errors)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('every operation has a description, and every answer of its own has headers', () => {
  const bare: string[] = [];
  for (const { at, operation } of operations()) {
    if (!/^\S.{19,}[.)]$/s.test(operation.description ?? '')) bare.push(`${at}: ${operation.description}`);
    for (const [status, { headers }] of Object.entries(operation.responses))
      if (!headers) bare.push(`${at} ${status}: no headers`);
  }
  expect(bare).toEqual([]);
});

/** Wordings that some generators of clients cannot read, with what they are in a schema. */
function listUnreadable(part: unknown, at: string, isInput: boolean): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if (Array.isArray(part)) return part.flatMap((one, i) => listUnreadable(one, `${at}/${i}`, isInput));
  const schema = part as Record<string, unknown> & { type?: unknown; anyOf?: Schema[]; pattern?: string };
  const types = [schema.type].flat().filter((type) => type !== 'null');
  const rules: [string, boolean][] = [
    ['null as an alternative', Boolean(schema.anyOf?.some(({ type }) => type === 'null'))],
    ['alternatives in alternatives', Boolean(schema.anyOf?.some((one) => 'anyOf' in one))],
    ['several types at once', types.length > 1],
    ['closed to new fields', schema.additionalProperties === false && !isInput],
    ['a pattern beside a date', /^date/.test(String(schema.format)) && schema.pattern !== undefined],
    ['classes of Unicode', /\\p\{/.test(schema.pattern ?? '')],
    ['a bound of 2^53', [schema.minimum, schema.maximum].some((n) => Math.abs(Number(n)) === 2 ** 53 - 1)],
    ['a number without a format', ['integer', 'number'].includes(String(types[0])) && !schema.format],
    ['a boolean constant', typeof schema.const === 'boolean'],
    ['an object as a default', typeof schema.default === 'object'],
  ];
  const found = rules.filter(([, isThere]) => isThere).map(([rule]) => `${at}: ${rule}`);
  const parts = Object.entries(schema).filter(([key]) => !['example', 'examples', 'default'].includes(key));
  return [...found, ...parts.flatMap(([key, one]) => listUnreadable(one, `${at}/${key}`, isInput))];
}

test('the schemas are worded so that generators of clients in all languages read them', () => {
  const { schemas } = document.components;
  const requests = JSON.stringify(operations().map(({ operation }) => operation.requestBody));
  const isInput = (name: string) => requests.includes(`schemas/${name}"`);
  const found = [
    ...Object.entries(schemas).flatMap(([name, schema]) =>
      listUnreadable(schema, name, isInput(name) || /^(?:FileTreeNode|GeneratedQuestion)$/.test(name)),
    ),
    ...operations().flatMap(({ at, operation }) => listUnreadable(operation.parameters, at, true)),
    ...operations().flatMap(({ at, operation: { responses } }) => listUnreadable(responses, at, false)),
  ];
  expect(found).toEqual([]);
  for (const name of ['Error', 'File', 'Export']) expect(Object.keys(schemas)).not.toContain(name);
});

test('every object that is answered has a name', () => {
  const unnamed = operations().flatMap(({ at, operation: { responses } }) =>
    Object.values(responses)
      .flatMap(({ content = {} }) => Object.values(content))
      .filter(({ schema }) => schema.properties)
      .map(() => at),
  );
  expect(unnamed).toEqual([]);
});
