import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { appRouter } from '../../routers/index.ts';
import { buildDocument } from '../../server/http/openapi.ts';

interface Documented {
  pattern: RegExp;
  methods: Record<string, { responses: Record<string, { $ref?: string }> }>;
}

type Content = { content?: Record<string, { schema?: object }> };

/** The document, made when the first answer is held against it. */
function load() {
  // biome-ignore lint/suspicious/noExplicitAny: the document is read as its readers do
  const document = JSON.parse(JSON.stringify(buildDocument(appRouter, '0.0.0'))) as any;
  const ajv = new Ajv2020({ strict: false, validateFormats: true, allErrors: false });
  addFormats.default(ajv);
  for (const format of ['int64', 'double', 'binary', 'password']) ajv.addFormat(format, true);
  ajv.addSchema({ $id: 'document', components: document.components });
  const paths = Object.entries<Documented['methods']>(document.paths).map(([path, methods]) => ({
    pattern: new RegExp(`^(?:/api/v1)?${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    literal: path.replace(/\{[^}]+\}/g, '').length,
    methods,
  }));
  // `/history/all` before `/history/{id}`
  paths.sort((a, b) => b.literal - a.literal);
  return { document, ajv, paths, validators: new Map<string, ValidateFunction | null>() };
}
let loaded: ReturnType<typeof load> | undefined;

/** What an answer has that the document does not say; null when it is as documented, or of no operation. */
export function findUndocumented(
  { method, path }: { method: string; path: string },
  { status, body }: { status: number; body: unknown },
): string | null {
  loaded ??= load();
  const found = loaded.paths.find(({ pattern }) => pattern.test(path));
  const operation = found?.methods[method.toLowerCase()];
  if (!operation) return null;
  const what = `${method} ${path} ${status}`;
  const own = operation.responses[status];
  if (!own) return `${what}: the document has no such status`;
  if (typeof body !== 'object' || body === null) return null;
  const key = `${found?.pattern.source} ${method} ${status}`;
  let validate = loaded.validators.get(key);
  if (validate === undefined) {
    validate = compile(own);
    loaded.validators.set(key, validate);
  }
  if (validate === null || validate(body)) return null;
  const [error] = validate.errors ?? [];
  return `${what}: ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
}

function compile(own: { $ref?: string } & Content): ValidateFunction | null {
  const { document, ajv } = loaded as ReturnType<typeof load>;
  const response: Content = own.$ref
    ? document.components.responses[own.$ref.split('/').at(-1) as string]
    : own;
  const schema = response.content?.['application/json']?.schema;
  if (!schema) return null;
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('#/components', 'document#/components')));
}
