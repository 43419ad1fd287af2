import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { cpuMilliseconds } from '../../support/cpu.ts';
import { everyOperation, type Schema } from '../../support/operations.ts';
import { withProject } from '../../support/repository.ts';

const operations = everyOperation();

/** What has no maximum in the schema of an input, by its place. Headers are bounded by the HTTP parser. */
function listUnbounded(schema: Schema | boolean | undefined, at: string, path: readonly string[]): string[] {
  if (schema === false) return [];
  if (schema === undefined || schema === true) return [`${at}: anything`];
  const { $ref } = schema;
  if ($ref) return path.includes($ref) ? [] : listUnbounded(operations.resolve(schema), at, [...path, $ref]);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const found = choices.flatMap((choice, i) => listUnbounded(choice, `${at}|${i}`, path));
  if (schema.enum || schema.const !== undefined) return found;
  const types = [schema.type ?? (schema.properties ? 'object' : [])].flat();
  if (types.length === 0 && choices.length === 0 && !isStatedFree(schema)) found.push(`${at}: anything`);
  if (types.includes('string') && schema.maxLength === undefined && schema.format !== 'binary')
    found.push(`${at}: text`);
  if (types.includes('array')) {
    if (schema.maxItems === undefined) found.push(`${at}: list`);
    found.push(...listUnbounded(schema.items, `${at}[]`, path));
  }
  // `int64` is a bound that generators know; the server's own, 2^53, is in the text.
  if ((types.includes('integer') && schema.format !== 'int64') || types.includes('number')) {
    const { minimum, exclusiveMinimum = minimum, maximum, exclusiveMaximum = maximum } = schema;
    if (exclusiveMinimum === undefined || exclusiveMaximum === undefined) found.push(`${at}: number`);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    found.push(...listUnbounded(field, `${at}.${name}`, path));
  if (types.includes('object')) found.push(...listUnboundedFields(schema, at, path));
  return found;
}

/** Fields that an object takes besides those it names. */
function listUnboundedFields(schema: Schema, at: string, path: readonly string[]): string[] {
  const { additionalProperties: others, maxProperties, propertyNames } = schema;
  if (others === false || (others === undefined && schema.properties)) return [];
  const found = maxProperties === undefined ? [`${at}: record`] : [];
  if (isStatedFree(schema)) return found;
  if (!propertyNames?.maxLength && !propertyNames?.enum) found.push(`${at}: names of fields`);
  return [...found, ...listUnbounded(others, `${at}{}`, path)];
}

function isStatedFree(schema: Schema): boolean {
  return (['x-max-depth', 'x-max-values', 'x-max-name-length'] as const).every((bound) => schema[bound]);
}

test('every list, record, text and number of an input has a maximum in the document', () => {
  const unbounded = operations.all.flatMap(({ method, path, parameters, body }) => [
    ...parameters
      .filter((parameter) => parameter.in !== 'header')
      .flatMap(({ name, schema }) => listUnbounded(schema, `${method} ${path} ?${name}`, [])),
    ...(body ? listUnbounded(body, `${method} ${path} body`, []) : []),
  ]);
  expect(unbounded).toEqual([]);
});

test('the test for maxima sees what has none', () => {
  const free = { type: 'object', additionalProperties: {} };
  const schema = {
    type: 'object',
    properties: { a: { type: 'array', items: {} }, b: { anyOf: [{ type: 'string' }] }, c: free, d: {} },
  };
  const found = ['.a: list', '.a[]: anything', '.b|0: text', '.c: record'];
  expect(listUnbounded(schema, '', [])).toEqual([
    ...found,
    '.c: names of fields',
    '.c{}: anything',
    '.d: anything',
  ]);
});

/** Texts of up to eight million characters that a parser takes long for, and that are all wrong. */
const HUGE: [name: string, body: string][] = [
  ['numbers', `{"file_tree":[${'1,'.repeat(4_100_000)}1]}`],
  ['numbers that fit', `{"file_tree":[${'1,'.repeat(150_000)}1]}`],
  ['lists', `{"file_tree":[${'[],'.repeat(2_700_000)}1]}`],
  ['objects', `{"file_tree":[${'{},'.repeat(200_000)}1]}`],
  ['fields', `{"file_tree":[],"language_stats":{${wideObject(600_000)}}}`],
  ['wrong fields', `{"file_tree":[],"language_stats":{${wideObject(15_000)}}}`],
  ['different objects', `{"file_tree":[${differentObjects(240_000)}]}`],
];

function wideObject(fields: number): string {
  return Array.from({ length: fields }, (_, i) => `"${i.toString(36)}":"x"`).join(',');
}
function differentObjects(objects: number): string {
  return Array.from({ length: objects }, (_, i) => `{"k${i % 19_000}":1}`).join(',');
}

test.each(HUGE)(
  'megabytes of wrong %s cost less than two seconds of the processor, and 20 issues',
  async (_, body) => {
    const { alice, app, path } = await withProject();
    const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' };
    let answer = '';
    const cost = await cpuMilliseconds(async () => {
      const response = await app.app.request(`${path}/scan`, { method: 'POST', body, headers });
      expect(response.status).toBe(400);
      answer = await response.text();
    });
    expect(JSON.parse(answer).issues.length).toBeLessThanOrEqual(20);
    expect(answer.length).toBeLessThan(20_000);
    // Threads count too, and a busy machine takes twice as long.
    expect(cost).toBeLessThan(2000);
  },
  30_000,
);

test('of many wrong entries the first twenty are told, each with its own place', async () => {
  const { alice, path } = await withProject();
  const issue = { file: 'a', rule_id: 'r' };
  const issues = Array.from({ length: 5000 }, (_, i) =>
    i > 90 && i % 7 === 0 ? { ...issue, line: -1 } : issue,
  );
  const { status, body } = await alice.post(`${path}/issues`, { analyzer: 'eslint', issues });
  expect(status).toBe(400);
  expect(body.issues).toHaveLength(20);
  expect(body.issues[0].path).toBe('issues.91.line');
  expect(body.issues[19].path).toBe('issues.224.line');
});

test.each([
  ['too deep', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`)],
  ['a name too long', { ['k'.repeat(201)]: 1 }],
  ['too many values', Array.from({ length: 101 }, () => Array.from({ length: 100 }, () => 1))],
  ['a number that JavaScript rounds', 2 ** 53 + 2],
])('free JSON is refused when it has %s', async (_, value) => {
  const { alice, path } = await withProject();
  const job = { job_type: 'a', payload: { value } };
  const { status, body } = await alice.post(`${path.replace('/git/', '/projects/')}/jobs`, job);
  expect(status).toBe(400);
  expect(body.issues).toHaveLength(1);
  expect(body.issues[0].message).not.toBe('');
});

test('figures have a largest value, and the next scan works', async () => {
  const { alice, path } = await withProject();
  const scan = (more: object) => alice.post(`${path}/scan`, { file_tree: [], total_loc: 1, ...more });
  expect((await scan({ language_stats: { a: 1 } })).status).toBe(200);
  expect((await scan({ language_stats: { a: 1e308 } })).status).toBe(400);
  expect((await scan({ avg_complexity: 1e308 })).status).toBe(400);
  const names = { constructor: 3, toString: 1, a: 2 };
  expect((await scan({ language_stats: names })).body.delta.language_stats).toEqual({ ...names, a: 1 });
  expect((await scan({ language_stats: { constructor: 4 }, avg_complexity: 1 })).status).toBe(200);
});

test('a number in a query is read in linear time', async () => {
  const { app } = testApp();
  const ask = (text: string) => async () => {
    expect((await app.request(`/history?limit=${text}`)).status).toBe(400);
  };
  const cost = await cpuMilliseconds(ask(`${'1'.repeat(15_900)}x`), 3);
  expect(cost).toBeLessThan(100);
});
