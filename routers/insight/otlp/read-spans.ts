import type { Json } from './decode.ts';

/** A span as it was sent, with its attributes as plain values. */
export interface SentSpan {
  /** of the trace and of spans: lower-case hex */
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  /** Unix microseconds */
  started_us: number;
  duration_us: number;
  failed: boolean;
  /** why it failed, when it says so */
  error: string | null;
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
}

export type Attributes = ReadonlyMap<string, Json>;

/** Spans of one export that are stored; the rest is rejected. */
export const MAX_SPANS = 1000;
const MAX_NAME_CHARS = 200;
const MAX_ATTRIBUTES = 512;
const MAX_EVENTS = 128;
/** Levels of a value; deeper ones are left out. */
const MAX_DEPTH = 16;
const STATUS_ERROR = 2;
const NANOS_PER_MICRO = 1000n;

/** The spans of an export, and how many of it cannot be stored, with the reason of the first. */
export function readSpans(decoded: Json): { spans: SentSpan[]; rejected: number; reason: string | null } {
  const spans: SentSpan[] = [];
  let [rejected, reason]: [number, string | null] = [0, null];
  for (const { resourceAttributes, span } of listSpans(decoded)) {
    const problem =
      spans.length >= MAX_SPANS ? `an export has at most ${MAX_SPANS} spans` : findProblem(span);
    if (problem === null) spans.push(toSpan(span, resourceAttributes));
    else rejected++;
    reason ??= problem;
  }
  return { spans, rejected, reason };
}

function* listSpans(decoded: Json): Iterable<{ resourceAttributes: Attributes; span: Json }> {
  for (const resourceSpans of toList(get(decoded, 'resourceSpans'))) {
    const resourceAttributes = toAttributes(get(get(resourceSpans, 'resource'), 'attributes'));
    for (const scopeSpans of toList(get(resourceSpans, 'scopeSpans')))
      for (const span of toList(get(scopeSpans, 'spans'))) yield { resourceAttributes, span };
  }
}

function findProblem(span: Json): string | null {
  if (!isIdentifier(toHex(get(span, 'traceId')), 32)) return 'a span has no valid traceId';
  if (!isIdentifier(toHex(get(span, 'spanId')), 16)) return 'a span has no valid spanId';
  return toMicros(get(span, 'startTimeUnixNano')) === null ? 'a span has no valid startTimeUnixNano' : null;
}

const isIdentifier = (hex: string, length: number) =>
  hex.length === length && /^[0-9a-f]+$/.test(hex) && /[^0]/.test(hex);

function toSpan(span: Json, resourceAttributes: Attributes): SentSpan {
  const start = toMicros(get(span, 'startTimeUnixNano')) ?? 0;
  const end = toMicros(get(span, 'endTimeUnixNano')) ?? start;
  const parent = toHex(get(span, 'parentSpanId'));
  const status = get(span, 'status');
  const failed =
    Number(get(status, 'code') ?? 0) === STATUS_ERROR || get(status, 'code') === 'STATUS_CODE_ERROR';
  const service = resourceAttributes.get('service.name');
  const attributes = toAttributes(get(span, 'attributes'));
  if (typeof service === 'string' && !attributes.has('service.name')) attributes.set('service.name', service);
  return {
    trace_id: toHex(get(span, 'traceId')),
    span_id: toHex(get(span, 'spanId')),
    parent_span_id: isIdentifier(parent, 16) ? parent : null,
    name: toText(get(span, 'name')).slice(0, MAX_NAME_CHARS),
    started_us: start,
    duration_us: Math.max(0, end - start),
    failed,
    error: failed ? toText(get(status, 'message')).slice(0, 1000) || null : null,
    attributes,
    events: toList(get(span, 'events'))
      .slice(0, MAX_EVENTS)
      .map((event) => ({
        name: toText(get(event, 'name')),
        attributes: toAttributes(get(event, 'attributes')),
      })),
  };
}

function get(value: Json | undefined, name: string): Json | undefined {
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
  return isObject && Object.hasOwn(value, name) ? value[name] : undefined;
}

const toList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const toText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function toHex(id: Json | undefined): string {
  return id instanceof Uint8Array ? Buffer.from(id).toString('hex') : toText(id).toLowerCase();
}

/** Microseconds of nanoseconds, which come as text since they are beyond 2^53; null for what is no instant. */
function toMicros(nanos: Json | undefined): number | null {
  const text = String(nanos ?? '');
  if (!/^\d{1,20}$/.test(text)) return null;
  const micros = Number(BigInt(text) / NANOS_PER_MICRO);
  return micros > 0 && Number.isSafeInteger(micros) ? micros : null;
}

function toAttributes(value: Json | undefined): Map<string, Json> {
  const attributes = new Map<string, Json>();
  for (const pair of toList(value).slice(0, MAX_ATTRIBUTES)) {
    const key = toText(get(pair, 'key')).slice(0, MAX_NAME_CHARS);
    if (key !== '') attributes.set(key, toValue(get(pair, 'value'), 0));
  }
  return attributes;
}

/** The value of an AnyValue: text, number, boolean, list or object. */
function toValue(value: Json | undefined, depth: number): Json {
  if (depth > MAX_DEPTH) return null;
  const text = get(value, 'stringValue');
  if (typeof text === 'string') return text;
  const flag = get(value, 'boolValue');
  if (typeof flag === 'boolean') return flag;
  const number = get(value, 'intValue') ?? get(value, 'doubleValue');
  if (number !== undefined) return Number.isFinite(Number(number)) ? Number(number) : null;
  const list = get(value, 'arrayValue');
  if (list !== undefined) return toList(get(list, 'values')).map((one) => toValue(one, depth + 1));
  const fields = get(value, 'kvlistValue');
  if (fields === undefined) return null;
  const pairs = toList(get(fields, 'values')).map((pair): [string, Json] => [
    toText(get(pair, 'key')),
    toValue(get(pair, 'value'), depth + 1),
  ]);
  return Object.fromEntries(pairs);
}
