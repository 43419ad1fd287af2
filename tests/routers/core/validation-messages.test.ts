import type { AnyTRPCProcedure } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { localizeIssues } from '../../../routers/core/validation-issues.ts';
import { findMessage, NOT_VALID } from '../../../routers/core/validation-messages.ts';
import { appRouter } from '../../../routers/index.ts';
import { testApp } from '../../support/app.ts';

type ZodIssue = Parameters<typeof findMessage>[0];
interface Definition {
  type: string;
  check?: string;
  format?: string;
  checks?: { _zod: { def: Record<string, unknown> & { check: string } } }[];
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  catchall?: z.ZodType;
  entries?: Record<string, unknown>;
  values?: unknown[];
  params?: unknown;
}
const CHILDREN = ['innerType', 'in', 'out', 'element', 'keyType', 'valueType', 'left', 'right'] as const;
/** They raise no issue of their own. */
const WRAPPERS = [
  'optional',
  'nullable',
  'default',
  'prefault',
  'pipe',
  'transform',
  'unknown',
  'any',
  'never',
];

/** Every schema under one. */
function* walk(schema: z.ZodType, seen = new Set<z.ZodType>()): Generator<z.ZodType> {
  if (seen.has(schema)) return;
  seen.add(schema);
  yield schema;
  const definition = schema._zod.def as unknown as Definition & Record<string, z.ZodType | undefined>;
  for (const child of CHILDREN) if (definition[child]) yield* walk(definition[child], seen);
  for (const option of definition.options ?? []) yield* walk(option, seen);
  for (const field of Object.values(definition.shape ?? {})) yield* walk(field, seen);
}

/** The issues that a schema itself can raise, and none that its fields raise. */
function toIssues(schema: z.ZodType): object[] {
  const definition = schema._zod.def as unknown as Definition;
  const { type, check, format, checks = [], catchall } = definition;
  const own: object[] = [];
  if (type === 'enum') own.push({ code: 'invalid_value', values: Object.values(definition.entries ?? {}) });
  else if (type === 'literal') own.push({ code: 'invalid_value', values: definition.values });
  else if (type === 'union') own.push({ code: 'invalid_union', errors: [] });
  else if (type === 'custom') own.push({ code: 'custom', params: definition.params });
  else if (!WRAPPERS.includes(type)) own.push({ code: 'invalid_type', expected: type });
  if (type === 'number' && format) own.push({ code: 'invalid_type', expected: 'int' });
  if (type === 'record') own.push({ code: 'invalid_key', issues: [] });
  if (catchall?._zod.def.type === 'never') own.push({ code: 'unrecognized_keys', keys: ['x'] });
  if (check === 'string_format') own.push({ code: 'invalid_format', format });
  return [...own, ...checks.flatMap(({ _zod: { def } }) => toCheckIssues(type, def))];
}

function toCheckIssues(origin: string, def: Record<string, unknown> & { check: string }): object[] {
  const { value, minimum, maximum, length, inclusive, format, pattern, params } = def;
  switch (def.check) {
    case 'overwrite':
      return [];
    case 'min_length':
    case 'min_size':
      return [{ code: 'too_small', origin, minimum, inclusive: true }];
    case 'max_length':
    case 'max_size':
      return [{ code: 'too_big', origin, maximum, inclusive: true }];
    case 'length_equals':
      return ['too_small', 'too_big'].map((code) => ({
        ...{ code, origin, minimum: length, maximum: length, inclusive: true, exact: true },
      }));
    case 'greater_than':
      return [{ code: 'too_small', origin, minimum: value, inclusive }];
    case 'less_than':
      return [{ code: 'too_big', origin, maximum: value, inclusive }];
    case 'number_format':
      return [{ code: 'too_big', origin, maximum: Number.MAX_SAFE_INTEGER, inclusive: true }];
    case 'string_format':
      return [{ code: 'invalid_format', format, pattern: pattern && String(pattern) }];
    case 'custom':
      // A `superRefine` adds issues of its own, with messages.
      if (def.type !== 'custom') return [];
      return [{ code: 'custom', params }];
    default:
      return [{ code: def.check }];
  }
}

const TERMS_OF_PROGRAMMERS =
  /expected|received|invalid input|pattern|regex|NaN|undefined|\bstring\b|\barray\b|[\^$]|잘못된 입력|문자열|정규식|타입/i;

test('every issue that an input can raise has a message of ours in both languages', () => {
  const without: string[] = [];
  let checked = 0;
  for (const [name, procedure] of Object.entries(
    appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  )) {
    for (const input of (procedure._def as unknown as { inputs: z.ZodType[] }).inputs) {
      for (const schema of walk(input)) {
        for (const issue of toIssues(schema)) {
          checked++;
          const sentence = findMessage({ path: [], ...issue } as unknown as ZodIssue, 'a value');
          const isOurs = sentence && (sentence !== NOT_VALID || schema._zod.def.type === 'union');
          const isPlain =
            isOurs && ('values' in issue || !TERMS_OF_PROGRAMMERS.test(sentence.ko + sentence.en));
          if (!isPlain) without.push(`${name}: ${JSON.stringify(issue)} → ${JSON.stringify(sentence)}`);
        }
      }
    }
  }
  expect(without).toEqual([]);
  expect(checked).toBeGreaterThan(500);
});

/** What a person reads, in both languages. */
function read(schema: z.ZodType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error('the input is valid');
  return (['ko', 'en'] as const).map((language) => localizeIssues(error, input, language)[0]?.message ?? '');
}

test.each([
  ['a short text', z.string().min(8), 'short', '8자 이상 입력하세요', 'Enter at least 8 characters'],
  ['an empty text', z.string().min(1), '', '비워 둘 수 없습니다', 'This cannot be empty'],
  [
    'a long text',
    z.string().max(1000),
    'x'.repeat(1001),
    '1,000자까지 입력할 수 있습니다',
    'Enter at most 1,000 characters',
  ],
  ['an empty list', z.array(z.string()).min(1), [], '1개 이상 입력하세요', 'Enter at least 1 item'],
  [
    'a long list',
    z.array(z.string()).max(1),
    ['a', 'b'],
    '1개까지 입력할 수 있습니다',
    'Enter at most 1 item',
  ],
  ['a large number', z.int().max(100), 1000, '100 이하의 수를 입력하세요', 'Enter 100 or less'],
  [
    'a number that must be positive',
    z.number().positive(),
    0,
    '0보다 큰 수를 입력하세요',
    'Enter a number greater than 0',
  ],
  ['a fraction', z.int(), 0.5, '정수를 입력하세요', 'Enter a whole number'],
  ['text for a number', z.coerce.number(), 'abc', '숫자를 입력하세요', 'Enter a number'],
  ['nothing', z.string().min(8), undefined, '필수 항목입니다', 'This is required'],
  [
    'another value',
    z.enum(['safe', 'dangerous']),
    'x',
    '다음 중 하나를 입력하세요: safe, dangerous',
    'Enter one of these: safe, dangerous',
  ],
  [
    'an unknown field',
    z.strictObject({}),
    { a: 1 },
    '알 수 없는 항목이 있습니다: a',
    'These fields are not known: a',
  ],
  ['a wrong e-mail', z.email(), 'kim', '올바른 이메일 주소를 입력하세요', 'Enter a valid e-mail address'],
])('%s is described in Korean and in English', (_name, schema, input, ko, en) => {
  expect(read(schema, input)).toEqual([ko, en]);
});

test('of a union, the fields of the alternative that fits are described', () => {
  const schema = z.object({ tree: z.union([z.array(z.object({ path: z.string() })), z.string()]) });
  const input = { tree: [{ path: 1 }] };
  const { error } = schema.safeParse(input);
  expect(localizeIssues(error as z.ZodError, input, 'en')).toEqual([
    { path: 'tree.0.path', message: 'Enter text' },
  ]);
});

test('an error reports no more than 20 issues', () => {
  const input = Array.from({ length: 50 }, () => 1);
  const { error } = z.array(z.string()).safeParse(input);
  expect(localizeIssues(error as z.ZodError, input, 'ko')).toHaveLength(20);
});

test.each([
  [
    'ko',
    {
      password: '8자 이상 입력하세요',
      username: '글자, 숫자, 마침표(.), 밑줄(_), +, -만 쓸 수 있습니다',
      email: '필수 항목입니다',
    },
  ],
  [
    'en',
    {
      password: 'Enter at least 8 characters',
      username: 'Use letters, digits, dots, underscores, + and - only',
      email: 'This is required',
    },
  ],
])(
  'a registration that is wrong in three fields says so in %s, over REST and tRPC',
  async (language, messages) => {
    const client = testApp().client();
    const headers = { 'accept-language': language };
    const input = { password: 'short', username: 'a b' };
    const rest = await client.post('/auth/register', input, headers);
    const trpc = await client.post('/trpc/auth.register', input, headers);
    for (const issues of [rest.body.issues, trpc.body.error.data.issues]) {
      expect(
        Object.fromEntries(
          issues.map((issue: { path: string; message: string }) => [issue.path, issue.message]),
        ),
      ).toEqual(messages);
    }
  },
);
