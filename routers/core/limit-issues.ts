import { z } from 'zod';

/** An error reports no more than these. */
export const MAX_ISSUES = 20;

type Parse = z.ZodType['_zod']['parse'];
type Payload = Parameters<Parse>[0];
type Context = Parameters<Parse>[1];
type Entries = { pieces: number; toPiece(from: number): unknown; join(pieces: unknown[]): unknown };

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
  catchall?: z.ZodType;
  options?: z.ZodType[];
}

/**
 * Has lists and records of a schema, at any depth, stop once they have as many issues as an error reports, and refuse
 * what has more fields than `maxProperties` of its metadata before it looks at one. zod itself makes an issue for every
 * wrong entry, which for megabytes of them takes minutes.
 */
export function limitIssues(schema: z.ZodType, seen = new Set<z.ZodType>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const {
    type,
    innerType,
    in: before,
    out,
    shape,
    element,
    valueType,
    catchall,
    options,
  } = schema._zod.def as unknown as Def;
  if (type === 'array') wrapParse(schema, (value) => (Array.isArray(value) ? toItems(value) : null));
  if (type === 'record') wrapParse(schema, (value) => (isObject(value) ? toFields(value) : null));
  if (type === 'object') wrapParse(schema, () => null);
  const inner = [innerType, before, out, element, valueType, catchall, ...(options ?? [])];
  for (const one of [...inner, ...Object.values(shape ?? {})]) if (one) limitIssues(one, seen);
}

const wrapped = new WeakSet<z.ZodType>();

function wrapParse(schema: z.ZodType, split: (value: unknown) => Entries | null): void {
  if (wrapped.has(schema)) return;
  wrapped.add(schema);
  const internals = schema._zod;
  const parse = internals.parse;
  const maxFields = z.globalRegistry.get(schema)?.maxProperties as number | undefined;
  const maxItems = internals.bag.maximum as number | undefined;
  const parseLimited: Parse = (payload, ctx) => {
    const { value } = payload;
    if (maxFields !== undefined && isObject(value) && hasMoreFields(value, maxFields)) {
      payload.issues.push({
        code: 'too_big',
        origin: 'object',
        maximum: maxFields,
        inclusive: true,
        input: value,
        inst: schema,
        continue: false,
      } as never);
      return payload;
    }
    const entries = split(value);
    // A list that is too long is refused by its own maximum, at once.
    if (!entries || entries.pieces < 2 || (Array.isArray(value) && value.length > (maxItems ?? Infinity)))
      return parse(payload, ctx);
    return parsePieces(parse, payload, ctx, entries);
  };
  if (internals.run === parse) internals.run = parseLimited;
  internals.parse = parseLimited;
}

/** Parses as many entries at a time as there may be issues. */
function parsePieces(parse: Parse, payload: Payload, ctx: Context, entries: Entries): Payload {
  const parsed: unknown[] = [];
  for (let at = 0; at < entries.pieces && payload.issues.length < MAX_ISSUES; at++) {
    const piece = parse({ value: entries.toPiece(at), issues: [] }, ctx) as Payload;
    const from = at * MAX_ISSUES;
    for (const issue of piece.issues) {
      const [first, ...rest] = issue.path ?? [];
      const path = typeof first === 'number' ? [first + from, ...rest] : issue.path;
      payload.issues.push({ ...issue, path } as never);
    }
    parsed.push(piece.value);
  }
  payload.value = entries.join(parsed);
  return payload;
}

function toItems(items: readonly unknown[]): Entries {
  return {
    pieces: Math.ceil(items.length / MAX_ISSUES),
    toPiece: (at) => items.slice(at * MAX_ISSUES, (at + 1) * MAX_ISSUES),
    join: (pieces) => (pieces as unknown[][]).flat(),
  };
}

function toFields(record: object): Entries {
  const fields = Object.entries(record);
  return {
    pieces: Math.ceil(fields.length / MAX_ISSUES),
    toPiece: (at) => Object.fromEntries(fields.slice(at * MAX_ISSUES, (at + 1) * MAX_ISSUES)),
    join: (pieces) => Object.assign({}, ...(pieces as object[])),
  };
}

function hasMoreFields(value: object, most: number): boolean {
  let fields = 0;
  for (const _ in value) if (++fields > most) return true;
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
