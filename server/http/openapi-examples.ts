import type { Document } from './openapi-responses.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const DEEPEST = 8;

/** Of fields whose schema has no example, by name. */
const BY_NAME: Record<string, unknown> = {
  access_token: 'fsa_0Zr3Vx8Qm1Tn5Kb7',
  access: 'fsa_0Zr3Vx8Qm1Tn5Kb7',
  refresh_token: 'fsr_9Yw2Lc6Hd4Pj8Sg1',
  refresh: 'fsr_9Yw2Lc6Hd4Pj8Sg1',
  day: '2025-10-28',
  date: '2025-10-28',
  url: 'https://example.com/',
  url_hash: '0f115db062b7c0dd030b16878c99dea5c354b49dc37b38eb8846179c7783e9d7',
  model_version: 'urlbert_128x4_v5',
  name: 'example',
  title: 'Example',
  username: 'alice',
  message: 'A sentence in the language of the caller',
  description: 'A sentence about it',
  content: '# flashscan',
  diff_content: '--- a/app.py\n+++ b/app.py\n@@ -1 +1 @@\n-print(1)\n+print(2)\n',
  status: 'ok',
  ready: true,
  live: true,
  accepted: true,
  is_correct: true,
  is_logged_in: true,
};

/** Gives an example to every body and every answer that has none: one of the examples of its fields. */
export function addExamples(document: Document): void {
  const schemas = document.components.schemas as Record<string, Schema>;
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    // The fields of a form have examples, which its file cannot have.
    const json = operation.requestBody?.content['application/json'] as Content | undefined;
    if (json) json.example ??= compose(json.schema, schemas, { isInput: true });
    for (const [status, { content = {} }] of Object.entries(operation.responses as Record<string, Answer>)) {
      if (Number(status) >= 400) continue;
      for (const body of Object.values(content))
        if (!isBinary(body.schema)) body.example ??= compose(body.schema, schemas, { isInput: false });
    }
  }
}

interface Content {
  schema: Schema;
  example?: unknown;
}
interface Answer {
  content?: Record<string, Content>;
}

const isBinary = ({ format }: Schema): boolean => format === 'binary';

/** An input leaves out what nothing is known of, an answer has every field that is always there. */
function compose(
  schema: Schema,
  schemas: Record<string, Schema>,
  { isInput, name = '', depth = 0 }: { isInput: boolean; name?: string; depth?: number },
): unknown {
  const at = schema.$ref ? { ...schemas[schema.$ref.split('/').at(-1) as string], ...schema } : schema;
  const { example = at.examples?.[0], const: only, default: fallback } = at;
  const known = example ?? only ?? fallback ?? at.enum?.[0];
  if (known !== undefined) return known;
  const next = { isInput, depth: depth + 1 };
  const choice = at.anyOf?.[0] ?? at.oneOf?.[0];
  if (choice) return compose(choice, schemas, { ...next, name });
  const types = [at.type].flat();
  if (depth > DEEPEST) return types.includes('array') ? [] : {};
  if (types.includes('null')) return null;
  if (at.properties) {
    const fields = Object.entries(at.properties).filter(
      ([field, part]) =>
        !isBinary(part) &&
        (isInput ? at.required?.includes(field) || isShown(part, schemas) : at.required?.includes(field)),
    );
    return Object.fromEntries(
      fields.map(([field, part]) => [field, compose(part, schemas, { ...next, name: field })]),
    );
  }
  if (types.includes('array')) return at.items ? [compose(at.items, schemas, { ...next, name })] : [];
  return byType(types, at, name);
}

function byType(types: (string | undefined)[], { format, minimum }: Schema, name: string): unknown {
  if (format === 'date-time') return '2025-10-28T11:00:00Z';
  if (format === 'date') return '2025-10-28';
  if (types.includes('boolean')) return BY_NAME[name] ?? false;
  if (types.includes('integer') || types.includes('number'))
    return minimum ?? (/^id$|_id$/.test(name) ? 1 : 0);
  if (types.includes('string')) return BY_NAME[name] ?? 'text';
  return {};
}

function isShown(schema: Schema, schemas: Record<string, Schema>): boolean {
  const at = schema.$ref ? { ...schemas[schema.$ref.split('/').at(-1) as string], ...schema } : schema;
  return at.example !== undefined || (at.examples ?? []).length > 0;
}
