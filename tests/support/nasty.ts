import fc from 'fast-check';
import type { Operations, Schema } from './operations.ts';

/** Stands for a number that JSON can write and no computer can hold; see `asJson`. */
const TOO_LARGE = '\u0001 1e999';

/** Texts that have broken other people's servers. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff\ud800b',
  '\u202Egnp.exe',
  '\u200b\u200d\ufeff',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L',
  '한글과 ﷺ',
  'İIıi',
  '\u2028\u2029\uffff',
  'x'.repeat(10_000),
  '가'.repeat(3_000),
  "' OR '1'='1",
  "1'); DROP TABLE users; --",
  '%_\\',
  '../../../../etc/passwd',
  '..%2f..%2f..%5cwindows%5cwin.ini',
  'C:\\\\..\\con',
  '%00%ff%zz',
  'NaN',
  'Infinity',
  '-0',
  '1e309',
  '0x10',
  '9'.repeat(40),
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '<script>alert(1)</script>',
  '{{7*7}}<%= 7*7 %>',
  'javascript:alert(1)',
  'http://[::1',
  'http://a%0d%0a.example',
  'http://例え.テスト/%ff',
  'https://user:pass@example.com:99999/',
  'file:///etc/passwd',
  'a\r\nX-Injected: yes',
  '((a+)+)+$',
  '[',
  '(?<n>',
  '2025-13-45T99:99:99Z',
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59Z',
  '=cmd|calc',
  '@',
  'a@b',
  '--- a/x\n+++ b/x\n@@ -1,99999999999 +1,1 @@\n+x',
  'diff --git',
  '😀'.repeat(700),
];
const NUMBERS = [
  ...[0, -0, 1, -1, 0.1, 1.5, 255, 256, 65_536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32],
  ...[2 ** 53 - 1, 2 ** 53, -(2 ** 53), 8_640_000_000_000_001, 1e21, 1e308, -1e308, 5e-324],
];
/** Computed, because a literal `__proto__` would set one. */
const POLLUTION: object[] = [
  { ['__proto__']: { polluted: true } },
  { constructor: { prototype: { polluted: true } } },
  // biome-ignore lint/suspicious/noThenProperty: what takes it for a promise is what is looked for
  { ['__proto__']: null, toString: 1, valueOf: 'x', hasOwnProperty: [], length: -1, then: {} },
];

/** Lists in lists; `asJson` writes what `JSON.stringify` could not. */
class Nested {
  readonly depth: number;
  constructor(depth: number) {
    this.depth = depth;
  }
  toJSON(): string {
    return `\u0001 ${'['.repeat(this.depth)}${']'.repeat(this.depth)}`;
  }
}

export const nastyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
);

/** Any value that JSON carries, of whatever type. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: nastyText },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...NUMBERS, TOO_LARGE, `-${TOO_LARGE}`) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}]) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(...POLLUTION) },
  { weight: 1, arbitrary: fc.constantFrom(50, 3_000, 100_000).map((depth) => new Nested(depth)) },
  { weight: 1, arbitrary: fc.constant(0).map(() => Array.from({ length: 2_000 }, (_, i) => i)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** JSON with what JavaScript itself would not write: numbers without bounds, lists without end. */
export function asJson(value: unknown): string {
  return (JSON.stringify(value) ?? '').replace(/"(-?)\\u0001 ([^"]*)"/g, '$1$2');
}

/** A text that can be sent as UTF-8. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** What fits a schema, mostly: one field in eight is something else, some are missing, and some nobody asked for. */
export function nearly(schema: Schema, operations: Operations, depth = 0): fc.Arbitrary<unknown> {
  const at = operations.resolve(schema);
  const fits = fitting(at, operations, depth);
  return fc.oneof({ weight: 12, arbitrary: fits }, { weight: depth === 0 ? 1 : 2, arbitrary: nasty });
}

function fitting(at: Schema, operations: Operations, depth: number): fc.Arbitrary<unknown> {
  if (depth > 5) return nasty;
  const own = [at.example, ...(at.examples ?? []), at.default, at.const].filter((one) => one !== undefined);
  const shown = own.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...own) }] : [];
  const choices = at.anyOf ?? at.oneOf ?? at.allOf;
  if (choices) return fc.oneof(...shown, ...choices.map((one) => nearly(one, operations, depth + 1)));
  if (at.enum) return fc.constantFrom(...at.enum);
  const type = Array.isArray(at.type) ? at.type[0] : at.type;
  if (type === 'object' || at.properties) return fc.oneof(...shown, objects(at, operations, depth));
  if (type === 'array') {
    const item = nearly(at.items ?? {}, operations, depth + 1);
    const maxLength = Math.min(at.maxItems ?? 4, 4);
    return fc.oneof(
      ...shown,
      fc.array(item, { minLength: Math.min(at.minItems ?? 0, maxLength), maxLength }),
    );
  }
  if (type === 'integer' || type === 'number') return fc.oneof(...shown, numbers(at));
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'string') return fc.oneof(...shown, texts(at));
  return fc.oneof(...shown, nasty);
}

function objects(at: Schema, operations: Operations, depth: number): fc.Arbitrary<unknown> {
  const shape: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [key, value] of Object.entries(at.properties ?? {}))
    shape[key] = nearly(value, operations, depth + 1);
  const requiredKeys = (at.required ?? []).filter((key) => key in shape);
  const known = fc.record(shape, { requiredKeys });
  const value = typeof at.additionalProperties === 'object' ? at.additionalProperties : {};
  const extra = fc.dictionary(
    fc.oneof(nastyText, fc.constantFrom('a', 'python')),
    at.additionalProperties ? nearly(value, operations, depth + 1) : nasty,
    { maxKeys: 2 },
  );
  const more = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, extra, fc.constantFrom(...POLLUTION));
  return fc.oneof(
    { weight: 12, arbitrary: fc.tuple(known, more).map(([a, b]) => ({ ...b, ...a })) },
    // One that is required goes missing.
    { weight: 1, arbitrary: fc.tuple(known, fc.nat()).map(([a, n]) => without(a as object, n)) },
  );
}

function without(from: object, n: number): object {
  const keys = Object.keys(from);
  const gone = keys[n % Math.max(1, keys.length)];
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== gone));
}

function numbers({ minimum = 0, maximum = 1e6, type }: Schema): fc.Arbitrary<number> {
  const within =
    type === 'integer' ? fc.integer({ min: minimum, max: Math.min(maximum, minimum + 50) }) : null;
  return fc.oneof(
    within ?? fc.double({ min: minimum, max: maximum, noNaN: true }),
    fc.constantFrom(minimum, maximum),
  );
}

function texts({ minLength = 0, maxLength = 200, format, pattern }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2025-10-27T12:34:56Z', '2026-11-26T00:00:00Z');
  if (format === 'email') return fc.nat().map((n) => `someone${n}@example.com`);
  if (pattern && pattern.length < 60) return fc.oneof(nastyText, fc.constantFrom('0'.repeat(minLength || 8)));
  const edges = [minLength, maxLength, maxLength + 1].map((length) => 'a'.repeat(Math.min(length, 20_000)));
  const short = nastyText.map((text) => text.slice(0, Math.max(maxLength, 1)) || 'a');
  return fc.oneof({ weight: 4, arbitrary: short }, fc.constantFrom(...edges));
}
