import type { AnyTRPCProcedure } from '@trpc/server';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Deps } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import type { RestMeta } from '../../routers/core/procedures.ts';
import { decodeText } from './decode-text.ts';
import { readMultipartForm } from './multipart-form.ts';
import { discardStagedFiles, readMultipartStream } from './multipart-stream.ts';
import { parseJson } from './parse-json.ts';

export const JSON_LIMIT = 1024 * 1024;

type ReadValue = (text: string) => unknown;
interface Field {
  name: string;
  /** a repeated key makes an array */
  isList: boolean;
  /** how text becomes the value; what cannot be read stays text, for the schema to refuse */
  read: ReadValue;
}

/** How the input of one procedure is put together from a request. Worked out once, from its schema. */
export interface InputPlan {
  /** `either`: JSON, or the same fields as a URL-encoded form */
  from: 'nothing' | 'query' | 'json' | 'either' | 'form' | 'stream';
  fields: Field[];
  /** fields that come from the path */
  path: Field[];
  /** bytes */
  limit: number;
}

export function planInput(
  procedure: AnyTRPCProcedure,
  method: string,
  path: string,
  rest: RestMeta | undefined,
): InputPlan {
  const schemas = (procedure._def as unknown as { inputs: z.ZodType[] }).inputs;
  const fields = schemas.flatMap((schema) => listFields(schema));
  const inPath = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
  const unread = method === 'GET' || (method === 'DELETE' && !rest?.body) || method === 'HEAD';
  return {
    from: schemas.length === 0 ? 'nothing' : unread ? 'query' : toBodySource(rest),
    fields: fields.filter(({ name }) => !inPath.includes(name)),
    path: inPath.map(
      (name) => fields.find((field) => field.name === name) ?? { name, isList: false, read: asText },
    ),
    limit: rest?.body_limit ?? JSON_LIMIT,
  };
}

function toBodySource(rest: RestMeta | undefined): InputPlan['from'] {
  if (rest?.form === 'stream') return 'stream';
  if (rest?.oauth) return 'either';
  return rest?.form ? 'form' : 'json';
}

/** Where the files of a streamed form go, and how large they may be. */
export type InputDeps = Pick<Deps, 'files' | 'settings'>;

/** The raw input of a request. Throws INVALID_INPUT, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE. */
export async function readInput(c: Context, plan: InputPlan, receiver: InputDeps): Promise<unknown> {
  if (plan.from === 'nothing') return undefined;
  const body = await readBody(c, plan, receiver);
  if (plan.path.length === 0) return body;
  // What is no object is left as it is, for the schema to refuse.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const input: Record<string, unknown> = { ...body };
  for (const { name, read } of plan.path) input[name] = read(c.req.param(name) ?? '');
  return input;
}

function readBody(c: Context, plan: InputPlan, receiver: InputDeps): unknown {
  if (plan.from === 'json') return readJson(c, plan.limit);
  if (plan.from === 'either') return readEither(c, plan);
  if (plan.from === 'form') return readForm(c, plan);
  if (plan.from === 'stream') return readMultipart(c.req.raw, plan, receiver);
  const sent = c.req.queries();
  return collect(plan.fields, (name) => sent[name] ?? []);
}

function collect<T>(fields: readonly Field[], sent: (name: string) => T[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const { name, isList: many, read } of fields) {
    const values = sent(name).map((value) => (typeof value === 'string' ? read(value) : value));
    if (values.length > 0) input[name] = many ? values : values[0];
  }
  return input;
}

async function readJson(c: Context, limit: number): Promise<unknown> {
  const type = c.req.header('content-type');
  const text = await readText(c, limit);
  if (text === '') return {};
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'application/json' } });
  }
  return parseJson(text);
}

async function readEither(c: Context, plan: InputPlan): Promise<unknown> {
  if (!isUrlEncodedType(c.req.header('content-type'))) return readJson(c, plan.limit);
  const sent = await readUrlEncoded(c, plan.limit);
  return collect(plan.fields, (name) => sent.getAll(name));
}

export function isUrlEncodedType(type: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type ?? '');
}

export async function readUrlEncoded(c: Context, limit: number): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(c, limit));
}

export function isFormType(type: string | undefined): boolean {
  return /^multipart\/form-data\b/i.test(type ?? '');
}

export async function readForm(c: Context, plan: InputPlan): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  if (!isFormType(type)) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'multipart/form-data' } });
  }
  const form = await readMultipartForm(Buffer.from(await readBytes(c, plan.limit)), type);
  return collect(plan.fields, (name) => form.get(name) ?? []);
}

/** A form whose files go to disk as they arrive. They are the caller's to drop when the call is over. */
export async function readMultipart(
  request: Request,
  { fields }: InputPlan,
  { files, settings }: InputDeps,
): Promise<Record<string, unknown>> {
  const names = new Set(fields.map(({ name }) => name));
  const sent = await readMultipartStream(request, { files, limit: settings.max_upload_bytes, names });
  const input = collect(fields, (name) => sent.get(name) ?? []);
  // A file that is the value of no field, as when a text came first under its name, is nobody's to drop later.
  const values = new Set(Object.values(input).flat());
  await discardStagedFiles({ unused: [...sent.values()].flat().filter((value) => !values.has(value)) });
  return input;
}

/** The text of a body. Throws PAYLOAD_TOO_LARGE, and INVALID_INPUT for what is not UTF-8. */
export async function readText(c: Context, limit: number): Promise<string> {
  return decodeText(await readBytes(c, limit));
}

/** The bytes of a body. Reads nothing when the announced length is too much. Throws PAYLOAD_TOO_LARGE. */
export async function readBytes(c: Context, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const contentLength = c.req.header('content-length');
  if (contentLength !== undefined) {
    assertBodySize(Number(contentLength), limit);
    return new Uint8Array(await c.req.arrayBuffer().catch(failIncomplete));
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = c.req.raw.body?.getReader();
  for (;;) {
    const next = await reader?.read().catch(failIncomplete);
    if (!next?.value) return new Uint8Array(Buffer.concat(chunks));
    size += next.value.byteLength;
    assertBodySize(size, limit);
    chunks.push(next.value);
  }
}

/** A client that leaves in the middle, or stalls until the server hangs up: no failure of the product's. */
function failIncomplete(cause: unknown): never {
  throw new ApiError('INVALID_INPUT', {
    cause,
    issues: [{ path: '', ko: '본문이 끝까지 오지 않았습니다', en: 'The body broke off' }],
  });
}

export function assertBodySize(size: number, limit: number): void {
  if (size > limit) throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit } });
}

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
}

function getDefinition(schema: z.ZodType): Def {
  return schema._zod.def as unknown as Def;
}

/** The schema that decides how text is read, below optional, default, pipe and the like. */
function core(schema: z.ZodType): Def {
  const def = getDefinition(schema);
  if (def.innerType) return core(def.innerType);
  if (def.type === 'pipe' && def.in && def.out)
    return core(getDefinition(def.in).type === 'transform' ? def.out : def.in);
  return def;
}

function listFields(schema: z.ZodType): Field[] {
  const { shape } = core(schema);
  return Object.entries(shape ?? {}).map(([name, value]) => {
    const def = core(value);
    if (def.type === 'array' && def.element) return { name, isList: true, read: toReader(core(def.element)) };
    return { name, isList: false, read: toReader(def) };
  });
}

function toReader({ type }: Def): ReadValue {
  if (type === 'number') return asNumber;
  if (type === 'boolean') return asBoolean;
  return asText;
}

const asText: ReadValue = (text) => text;
/** Longer texts are no numbers that anyone means. */
const MAX_NUMBER_CHARS = 40;
const asNumber: ReadValue = (text) =>
  text.length <= MAX_NUMBER_CHARS && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : text;
const asBoolean: ReadValue = (text) =>
  /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text;
