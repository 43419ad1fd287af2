import type { Document, Operation } from './openapi-responses.ts';

/** As much of JSON Schema as is reworded. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  contentSchema?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  [keyword: string]: unknown;
}

const COMPONENTS = '#/components/schemas/';

/**
 * Rewords the schemas of the document so that generators of clients in all languages understand them. The meaning stays:
 * null is a type beside others instead of an alternative, what answers may have is open, dates have no pattern, numbers
 * have a format instead of the bounds of JavaScript, and objects that may be null have names.
 */
export function makePortable(document: Document): void {
  const schemas = document.components.schemas as Record<string, Schema>;
  const rewording = new Rewording(schemas);
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = rewording.reword(schema, name);
  for (const operation of listOperations(document)) {
    const title = toTitle(operation.operationId);
    for (const parameter of (operation.parameters ?? []) as { schema: Schema }[])
      parameter.schema = rewording.reword(parameter.schema, title);
    for (const content of Object.values(operation.requestBody?.content ?? {}) as { schema: Schema }[])
      content.schema = rewording.name(rewording.reword(content.schema, `${title}Input`), `${title}Input`);
    for (const { content = {} } of Object.values(operation.responses) as { content?: object }[])
      for (const body of Object.values(content) as { schema: Schema }[])
        body.schema = rewording.name(rewording.reword(body.schema, `${title}Answer`), `${title}Answer`);
  }
  for (const operation of listOperations(document))
    operation.operationId = toOperationId(operation.operationId);
  const inputs = listUsed(document, listInputs);
  for (const [name, schema] of Object.entries(schemas)) if (!inputs.has(name)) openUp(schema, schemas);
  for (const name of listUnused(document)) delete schemas[name];
}

const listOperations = (document: Document): Operation[] =>
  Object.values(document.paths).flatMap((methods) => Object.values(methods));

/** `scan.analyze` → `scanAnalyze`: a dot is part of no name in most languages. */
export function toOperationId(procedure: string): string {
  const title = toTitle(procedure);
  return title.charAt(0).toLowerCase() + title.slice(1);
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `scan.analyze` → `ScanAnalyze` */
export function toTitle(operationId: string): string {
  return operationId.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

class Rewording {
  private readonly schemas: Record<string, Schema>;

  constructor(schemas: Record<string, Schema>) {
    this.schemas = schemas;
  }

  /** `name` is what a part that needs a name gets it from. */
  reword(schema: Schema, name: string): Schema {
    if (schema.$ref) return schema;
    const parts = this.#rewordParts(schema, name);
    const flat = this.#splitTypes(this.#flatten(parts, name));
    return withoutNativeBounds(flat);
  }

  /** A reference to a component with this schema. */
  name(schema: Schema, name: string): Schema {
    const isObject = [schema.type].flat().includes('object') && schema.properties;
    if (!isObject && !schema.oneOf) return schema;
    this.schemas[name] = schema;
    return { $ref: COMPONENTS + name };
  }

  #rewordParts(schema: Schema, name: string): Schema {
    const reworded = { ...schema };
    const at = (field: string) =>
      name +
      field
        .split(/[^A-Za-z0-9]/)
        .map(capitalize)
        .join('');
    if (schema.properties) {
      reworded.properties = Object.fromEntries(
        Object.entries(schema.properties).map(([field, part]) => [
          field,
          withDefaultInWords(this.reword(part, at(field))),
        ]),
      );
    }
    if (schema.contentSchema) reworded.contentSchema = this.reword(schema.contentSchema, name);
    if (schema.items) reworded.items = this.reword(schema.items, `${name}Item`);
    if (typeof schema.additionalProperties === 'object')
      reworded.additionalProperties = this.reword(schema.additionalProperties, `${name}Value`);
    for (const key of ['oneOf', 'allOf'] as const)
      if (schema[key]) reworded[key] = schema[key].map((part, i) => this.reword(part, `${name}${i + 1}`));
    return reworded;
  }

  /** One level of alternatives, with null as a type of the first. */
  #flatten({ anyOf, ...own }: Schema, name: string): Schema {
    if (!anyOf) return own;
    const members = listMembers(anyOf);
    const isNullable = members.some(isNull);
    const list = members.find((one) => one.type === 'array');
    // A list or something else is a list: few languages can tell such a pair apart. The server takes both.
    const others = (list ? [list] : members)
      .filter((one) => !isNull(one))
      .map((one, i) => this.reword(one, i === 0 ? name : `${name}${i + 1}`));
    if (isNullable) others[0] = this.#nullable(others[0] as Schema, name);
    if (list && own.example !== undefined && !Array.isArray(own.example)) own.example = [own.example];
    if (others.length > 1) return { ...own, anyOf: others };
    const [only] = others as [Schema];
    const hasName = [only.type].flat().includes('object') && only.properties && isNullable;
    if (!hasName) return { ...only, ...own };
    return { ...this.name(only, name), ...own };
  }

  #nullable(schema: Schema, name: string): Schema {
    if (schema.$ref) {
      const target = this.schemas[schema.$ref.slice(COMPONENTS.length)] as Schema;
      return this.#nullable(this.reword(target, name), name);
    }
    const type = [schema.type ?? typeof schema.enum?.[0]].flat() as string[];
    return { ...schema, type: [...type, 'null'], ...(schema.enum ? { enum: [...schema.enum, null] } : {}) };
  }

  /** Several types beside null are alternatives: strict generators know one type at a time. */
  #splitTypes(schema: Schema): Schema {
    const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== 'null') : [];
    if (types.length < 2) return schema;
    const { type, ...own } = schema;
    const isNullable = type?.includes('null');
    const members = types.map((one, i) => ({ type: i === 0 && isNullable ? [one, 'null'] : one }));
    return { ...own, anyOf: members.map((member) => withoutNativeBounds(member)) };
  }
}

/** Several generators demand a field that has a default, though it may be left out. */
function withDefaultInWords({ default: value, ...schema }: Schema): Schema {
  if (value === undefined) return schema;
  const text = value === '' ? 'Empty unless given' : `Default: \`${JSON.stringify(value)}\``;
  const description = [schema.description, text].filter(Boolean).join('. ');
  return { ...schema, description };
}

const listMembers = (anyOf: Schema[]): Schema[] =>
  anyOf.flatMap((one) => (one.anyOf ? listMembers(one.anyOf) : [one]));

const isNull = ({ type }: Schema): boolean => type === 'null';

const SAFE = Number.MAX_SAFE_INTEGER;

/** Formats say how large a number is; many generators would make 32 bits of those without one. */
function withoutNativeBounds(schema: Schema): Schema {
  const types = [schema.type].flat();
  const reworded = { ...schema };
  // The type is that of each alternative, and generators do not expect it twice.
  if (schema.oneOf) delete reworded.type;
  if (types.includes('integer')) {
    reworded.format ??= 'int64';
    if (schema.minimum === -SAFE) delete reworded.minimum;
    if (schema.maximum === SAFE) delete reworded.maximum;
    if (schema.exclusiveMinimum !== undefined) {
      reworded.minimum = schema.exclusiveMinimum + 1;
      delete reworded.exclusiveMinimum;
    }
  }
  if (types.includes('number')) reworded.format ??= 'double';
  // A generated date is no text that a pattern could match, and few languages know classes of Unicode.
  if (/^date/.test(schema.format ?? '') || /\\p\{/.test(schema.pattern ?? '')) delete reworded.pattern;
  if (typeof schema.const === 'boolean') delete reworded.const;
  if (typeof schema.default === 'object') delete reworded.default;
  return reworded;
}

/** The components that such parts of operations use, themselves or by way of others. */
function listUsed(document: Document, listParts: (operation: Operation) => unknown): Set<string> {
  const schemas = document.components.schemas as Record<string, Schema>;
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name as string)) continue;
      used.add(name as string);
      visit(schemas[name as string]);
    }
  };
  visit(listOperations(document).map(listParts));
  return used;
}

/** What inputs use stays as strict as the server is. */
const listInputs = ({ requestBody, parameters }: Operation): unknown => [requestBody, parameters];

function listUnused(document: Document): string[] {
  const { schemas, responses } = document.components;
  const used = listUsed(document, (operation) => [operation, responses]);
  return Object.keys(schemas).filter((name) => !used.has(name));
}

/** Fields whose values may become more. */
const GROWING = ['status', 'code', 'error_code', 'kind', 'event_type', 'category'];

/** A client must not break when an answer gets a field more, or such a field gets another value. */
function openUp(schema: Schema, schemas: Record<string, Schema>): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  const { properties = {}, items, additionalProperties: others, anyOf = [], oneOf = [], allOf = [] } = schema;
  for (const [field, part] of Object.entries(properties)) {
    const values = part.$ref ? schemas[part.$ref.slice(COMPONENTS.length)] : part;
    if (GROWING.includes(field) && (values?.enum?.length ?? 0) > 1)
      properties[field] = toOpenText({ ...values, ...part });
  }
  const parts = [...Object.values(properties), ...anyOf, ...oneOf, ...allOf];
  if (items) parts.push(items);
  if (typeof others === 'object') parts.push(others);
  for (const part of parts) openUp(part, schemas);
}

function toOpenText({ enum: values = [], $ref: _ref, ...schema }: Schema): Schema {
  const known = values.filter((value) => value !== null).map((value) => `\`${value}\``);
  const description = [schema.description, `${known.join(', ')}; a later version may have others`]
    .filter(Boolean)
    .join('. ');
  return { example: values[0], ...schema, description };
}
