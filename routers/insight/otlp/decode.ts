import protobuf from 'protobufjs/light.js';

/** The bytes of an export, and what they are. */
export interface EncodedExport {
  bytes: Uint8Array;
  format: 'json' | 'protobuf';
}

/** JSON as it was sent: nothing of it is certain. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Json[]
  | { [name: string]: Json | undefined };

/** The export is neither JSON nor protobuf. */
export class UnreadableExportError extends Error {}

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The messages of an export of traces, as far as they are read: names and numbers of
 * https://github.com/open-telemetry/opentelemetry-proto. What else comes is skipped.
 */
const { ExportTraceServiceRequest } = toTypes({
  ExportTraceServiceRequest: { fields: { resourceSpans: list('ResourceSpans', 1) } },
  ResourceSpans: { fields: { resource: field('Resource', 1), scopeSpans: list('ScopeSpans', 2) } },
  Resource: { fields: { attributes: list('KeyValue', 1) } },
  ScopeSpans: { fields: { scope: field('Scope', 1), spans: list('Span', 2) } },
  Scope: { fields: { name: field('string', 1) } },
  Span: {
    fields: {
      traceId: field('bytes', 1),
      spanId: field('bytes', 2),
      parentSpanId: field('bytes', 4),
      name: field('string', 5),
      startTimeUnixNano: field('fixed64', 7),
      endTimeUnixNano: field('fixed64', 8),
      attributes: list('KeyValue', 9),
      events: list('Event', 11),
      status: field('Status', 15),
    },
  },
  Event: { fields: { name: field('string', 2), attributes: list('KeyValue', 3) } },
  Status: { fields: { message: field('string', 2), code: field('int32', 3) } },
  KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
  AnyValue: {
    oneofs: {
      value: {
        oneof: [
          'stringValue',
          'boolValue',
          'intValue',
          'doubleValue',
          'arrayValue',
          'kvlistValue',
          'bytesValue',
        ],
      },
    },
    fields: {
      stringValue: field('string', 1),
      boolValue: field('bool', 2),
      intValue: field('int64', 3),
      doubleValue: field('double', 4),
      arrayValue: field('ArrayValue', 5),
      kvlistValue: field('KeyValueList', 6),
      bytesValue: field('bytes', 7),
    },
  },
  ArrayValue: { fields: { values: list('AnyValue', 1) } },
  KeyValueList: { fields: { values: list('KeyValue', 1) } },
});

function toTypes(nested: Record<string, protobuf.IType>) {
  const root = protobuf.Root.fromJSON({ nested });
  return { ExportTraceServiceRequest: root.lookupType('ExportTraceServiceRequest') };
}

/** The export as its JSON form has it; identifiers of protobuf stay bytes. Throws UnreadableExportError. */
export function decodeExport({ bytes, format }: EncodedExport): Json {
  try {
    if (format === 'json') return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), { longs: String });
  } catch (cause) {
    throw new UnreadableExportError(`the export is no valid ${format}`, { cause });
  }
}
