import fc from 'fast-check';
import { KINDS, type Kind } from './callers.ts';
import { asJson, nasty, nastyText, nearly, wellFormed } from './nasty.ts';
import type { Params } from './objects.ts';
import type { Operation, Operations, Schema } from './operations.ts';

/** One request as it is sent, and what its answer is judged by. */
export interface Shot {
  face: 'rest' | 'trpc';
  caller: Kind;
  language: 'ko' | 'en';
  path: string;
  init: { method: string; headers: Record<string, string>; body?: string | FormData };
  /** procedures it calls: one, or those of a batch */
  names: string[];
}

const TWISTS = [
  ...(['none', 'none', 'none', 'none', 'none', 'none'] as const),
  ...(['media type', 'broken', 'form', 'repeated', 'path', 'headers', 'method', 'whole'] as const),
] as const;

interface Seeds {
  face: 'rest' | 'v1' | 'trpc' | 'batch';
  caller: Kind;
  language: 'ko' | 'en';
  twist: (typeof TWISTS)[number];
  input: unknown;
  text: string;
  other: unknown;
  pick: number;
  /** the object of the operation's path is one that is there */
  known: boolean;
}

/** Requests to one operation, in every way there is to make one. `object` names what is there. */
export function requestsTo(operation: Operation, operations: Operations, object: Params): fc.Arbitrary<Shot> {
  const faces =
    operation.type === null ? (['rest', 'v1'] as const) : (['rest', 'v1', 'trpc', 'batch'] as const);
  return fc
    .record<Seeds>({
      face: fc.constantFrom(...faces),
      caller: fc.oneof(fc.constantFrom(...KINDS), fc.constantFrom('user' as const, 'admin' as const)),
      language: fc.constantFrom('ko', 'en'),
      twist: fc.constantFrom(...TWISTS),
      input: nearly(inputOf(operation, operations), operations),
      text: nastyText,
      other: nasty,
      pick: fc.nat(),
      known: fc.boolean(),
    })
    .map((seeds) => aim(operation, operations, seeds, object));
}

/** What a call takes, wherever its parts stand. */
function inputOf({ parameters, body }: Operation, { resolve }: Operations): Schema {
  const own = body ? resolve(body) : {};
  const asked = parameters.filter((one) => one.in !== 'header');
  const properties = { ...own.properties };
  for (const { name, schema, example } of asked)
    properties[name] = example === undefined ? schema : { ...schema, example };
  const required = [...(own.required ?? []), ...asked.filter((one) => one.required).map(({ name }) => name)];
  return { type: 'object', properties, required };
}

function aim(operation: Operation, operations: Operations, seeds: Seeds, object: Params): Shot {
  const { face, caller, language, twist } = seeds;
  const headers: Record<string, string> = { 'accept-language': language, ...oddHeaders(seeds) };
  const input = twist === 'whole' ? seeds.other : withKnown(seeds, object);
  const shot = { caller, language, names: [operation.name] };
  if (face === 'rest' || face === 'v1') {
    const prefix = face === 'v1' ? '/api/v1' : '';
    return { ...shot, face: 'rest', ...rest(operation, seeds, input, headers, prefix) };
  }
  return { ...shot, face: 'trpc', ...native(operation, operations, seeds, input, headers) };
}

function withKnown({ input, known }: Seeds, object: Params): unknown {
  const plain = typeof input === 'object' && input !== null && !Array.isArray(input);
  return known && plain ? { ...input, ...object } : input;
}

type Way = Pick<Shot, 'path' | 'init'>;

function rest(
  operation: Operation,
  seeds: Seeds,
  input: unknown,
  headers: Record<string, string>,
  prefix: string,
): Way {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const at = (name: string) => encodeURIComponent(textOf(fields[name]));
  const odd = seeds.twist === 'path' ? ODD_PATHS[seeds.pick % ODD_PATHS.length] : undefined;
  const path = prefix + operation.path.replace(/\{(.+?)\}/g, (_, name: string) => odd ?? (at(name) || '%20'));
  const query = new URLSearchParams();
  for (const { name, in: place } of operation.parameters) {
    if (place !== 'query' || fields[name] === undefined) continue;
    for (const one of [fields[name]].flat()) query.append(name, textOf(one));
    if (seeds.twist === 'repeated') query.append(name, seeds.text);
  }
  const search = query.size > 0 ? `?${query}` : seeds.twist === 'path' ? '?%ff=%&&==&a[b]=1&__proto__=1' : '';
  const method =
    seeds.twist === 'method' ? (METHODS[seeds.pick % METHODS.length] as string) : operation.method;
  const init: Shot['init'] = { method, headers };
  if (method !== 'GET' && method !== 'HEAD') Object.assign(init, bodyOf(operation, seeds, input, headers));
  return { path: path + search, init };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const ODD_PATHS = [
  ...['%00', '%ff', '%E0%A4%A', '..%2f..%2fetc%2fpasswd', '%2e%2e', 'a%2fb', '%25', '%c0%af', '%F0%9F%98%80'],
  ...['1%00', '1e3', '0x1', '%EF%BC%91', '-1', '99999999999999999999', '1;x=y', '%0d%0aX-Injected:%20yes'],
  ...['__proto__', 'constructor', 'x'.repeat(4000), '%22%27%3C', '%E2%80%AE', '[1]', '1/', '/1'],
];

function bodyOf(
  { form }: Operation,
  seeds: Seeds,
  input: unknown,
  headers: Record<string, string>,
): Pick<Shot['init'], 'body'> & { headers: Record<string, string> } {
  const type = (value: string) => ({ ...headers, 'content-type': value });
  const text = asJson(input);
  switch (seeds.twist) {
    case 'media type':
      return { body: text, headers: type(MEDIA_TYPES[seeds.pick % MEDIA_TYPES.length] as string) };
    case 'broken':
      return { body: BROKEN[seeds.pick % BROKEN.length]?.(text) ?? text, headers: type('application/json') };
    case 'form':
      return {
        body: FORMS[seeds.pick % FORMS.length] as string,
        headers: type('multipart/form-data; boundary=x'),
      };
  }
  if (form) return { body: asForm(input, seeds), headers };
  return { body: text, headers: type('application/json') };
}

const MEDIA_TYPES = [
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', ''],
  ...['application/json; charset=utf-16', 'APPLICATION/JSON', 'application/vnd.api+json', 'a/b/c;;;', '*/*'],
  ...['application/octet-stream', 'multipart/form-data; boundary=', 'application/jsonl'],
];
const BROKEN: ((text: string) => string)[] = [
  (text) => text.slice(0, -1),
  (text) => text + text,
  (text) => `\ufeff${text}`,
  (text) => `${text}\0`,
  () => '',
  () => ' ',
  () => 'NaN',
  () => '{"a":1,}',
  () => "{'a':1}",
  () => '"\ud800"',
  () => `{"__proto__":{"polluted":true},"a":${'['.repeat(200_000)}`,
  () => `{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
  () => '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
];
const part = (head: string, body = 'x') => `--x\r\n${head}\r\n\r\n${body}\r\n`;
const FORMS = [
  '',
  '--x--\r\n',
  'no boundary at all',
  `${part('Content-Disposition: form-data; name="file"; filename="a.txt"')}`,
  `${part('Content-Disposition: form-data; name="file"')}--x--\r\n`,
  `${part('Content-Disposition: form-data; filename="a"')}--x--\r\n`,
  `${part('Content-Disposition: form-data; name="__proto__"; filename="../../a\\0"')}--x--\r\n`,
  `${part('Content-Disposition: form-data; name="file"; filename="../../../etc/passwd"')}--x--\r\n`,
  `${part("Content-Disposition: form-data; name=file; filename*=UTF-8''%ff%00")}--x--\r\n`,
  `${part('Content-Disposition: attachment')}--x--\r\n`,
  `${part('X: y')}${part('')}--x--\r\n`,
  `${part('Content-Disposition: form-data; name="type"').repeat(300)}--x--\r\n`,
  `--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n`,
];

function asForm(input: unknown, { text, pick }: Seeds): FormData {
  const form = new FormData();
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const files = [
    Buffer.from(text),
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]),
    PIXEL,
    Buffer.alloc(0),
  ];
  for (const [key, value] of Object.entries(fields)) {
    const name = wellFormed(key);
    if (key === 'file') {
      const bytes = files[pick % files.length] as Buffer;
      form.append(name, new File([new Uint8Array(bytes)], wellFormed(text).slice(0, 300)));
    } else form.append(name, textOf(value));
  }
  return form;
}

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function textOf(value: unknown): string {
  return wellFormed(typeof value === 'string' ? value : asJson(value));
}

function oddHeaders({ twist, pick }: Seeds): Record<string, string> {
  return twist === 'headers' ? (HEADERS[pick % HEADERS.length] as Record<string, string>) : {};
}

const HEADERS: Record<string, string>[] = [
  { authorization: 'Bearer' },
  { authorization: 'Bearer  \t' },
  { authorization: 'Basic YTpi' },
  { authorization: `Bearer ${'a'.repeat(8000)}` },
  { authorization: 'Bearer fsk_%00' },
  { cookie: 'flask_auth_session=%E0%A4%A; a=b;;;==' },
  { cookie: 'flask_auth_session=' },
  { cookie: `flask_auth_session=${'x'.repeat(8000)}` },
  { 'last-event-id': 'not a number' },
  { 'last-event-id': '99999999999999999999' },
  { 'idempotency-key': 'k'.repeat(300) },
  { 'idempotency-key': '__proto__' },
  { range: 'bytes=9-1,abc' },
  { range: 'bytes=-0' },
  { 'if-none-match': '"' },
  { 'x-request-id': '../../x' },
  { 'content-length': '-1' },
  { 'content-length': '99999999999' },
  { 'x-forwarded-for': '1.2.3.4, <script>' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { 'content-encoding': 'gzip' },
  { accept: 'application/jsonl' },
  { 'trpc-accept': 'application/jsonl' },
  { 'user-agent': `\u00ff${'u'.repeat(5000)}` },
];

function native(
  { name, type, form }: Operation,
  { all }: Operations,
  seeds: Seeds,
  input: unknown,
  headers: Record<string, string>,
): Way {
  const { twist, pick } = seeds;
  const batch = seeds.face === 'batch';
  const same = all.filter((one) => one.type === type);
  const second = same[pick % same.length]?.name ?? name;
  const names = batch ? [name, twist === 'method' ? 'no.such' : second, name] : [name];
  const path =
    twist === 'path' ? (NATIVE_PATHS[pick % NATIVE_PATHS.length]?.(name) as string) : names.join(',');
  const sent = batch ? { 0: input, 1: seeds.other, 2: seeds.text } : input;
  const search = batch ? '?batch=1' : '?';
  const reads = (type !== 'mutation') !== (twist === 'method');
  if (reads) {
    const text =
      twist === 'broken'
        ? (BROKEN[pick % BROKEN.length] as (text: string) => string)(asJson(sent))
        : asJson(sent);
    const short = wellFormed(text.slice(0, 20_000));
    return {
      path: `/trpc/${path}${search}&input=${encodeURIComponent(short)}`,
      init: { method: 'GET', headers },
    };
  }
  const body = bodyOf({ form: form && !batch } as Operation, seeds, sent, headers);
  return { path: `/trpc/${path}${search}`, init: { method: 'POST', ...body } };
}

const NATIVE_PATHS: ((name: string) => string)[] = [
  (name) => `${name}%00`,
  (name) => `${name},%E0%A4%A`,
  () => '%ff',
  () => '__proto__',
  () => 'constructor.prototype',
  () => 'toString',
  () => ',,,,',
  () => '',
  (name) => `${name}/`,
  (name) => encodeURIComponent(`${name},${name}`),
  (name) => `${name}?batch=1&batch=2&input=[`,
  (name) => Array(200).fill(name).join(','),
  (name) => `${name}?connectionParams=%7B`,
];
