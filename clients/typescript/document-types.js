import ts from 'typescript';

/**
 * Adds what the zod schemas say to the client's declarations: a comment on every procedure and field, and a name for
 * every shape that has an id in the OpenAPI document (`Analysis`, `Job`, …). TypeScript keeps no zod metadata in types.
 *
 * @param {string} code the bundled declarations, with `declare const appRouter`
 * @param {import('@trpc/server').AnyTRPCRouter} router the same router, as it runs
 * @returns {string} the declarations with comments, and each named shape exported once
 */
export function documentTypes(code, router) {
  const file = ts.createSourceFile('client.d.ts', code, ts.ScriptTarget.Latest, true);
  const declaration = file.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => [...statement.declarationList.declarations])
    .find(({ name }) => name.getText(file) === 'appRouter');
  const shapes = new Map();
  const text = renderRouter(declaration.type, router._def.procedures, [], shapes, file);
  const named = [...shapes].map(([name, body]) => `type ${name} = ${body};\n`).join('');
  const before = code.slice(0, declaration.parent.parent.getStart(file));
  const after = code.slice(declaration.type.end);
  return `${before}${named}declare const appRouter: ${text}${after}\nexport type { ${[...shapes.keys()].join(', ')} };\n`;
}

/** Names that the declarations, or every browser, have for something else. */
const NAMES = { Issue: 'RepositoryIssue', File: 'StoredFile', Notification: 'UserNotification' };

/** A router, or a procedure, of the declarations: `path` leads to it. */
function renderRouter(node, procedures, path, shapes, file) {
  if (ts.isTypeReferenceNode(node) && node.typeName.getText(file).endsWith('Procedure')) {
    const { inputs, output } = procedures[path.join('.')]._def;
    const members = node.typeArguments[0].members.map((member) => {
      const name = member.name.getText(file);
      const schemas = name === 'input' ? inputs : name === 'output' && output ? [output] : [];
      const io = name === 'input' ? 'input' : 'output';
      return `${name}: ${renderType(member.type, unwrap(schemas, io), { io, shapes, file })};`;
    });
    return `${node.typeName.getText(file)}<{ ${members.join(' ')} }>`;
  }
  if (ts.isTypeLiteralNode(node)) {
    const members = node.members.map((member) => {
      const name = member.name.getText(file);
      const meta = procedures[[...path, name].join('.')]?._def.meta?.openapi;
      const comment = toComment([meta?.summary, meta?.description].filter(Boolean).join('.\n\n'));
      return `${comment}${name}: ${renderRouter(member.type, procedures, [...path, name], shapes, file)};`;
    });
    return `{\n${members.join('\n')}\n}`;
  }
  if (ts.isTypeReferenceNode(node) && node.typeArguments) {
    const last = node.typeArguments.length - 1;
    const parts = node.typeArguments.map((argument, i) =>
      i === last ? renderRouter(argument, procedures, path, shapes, file) : argument.getText(file),
    );
    return `${node.typeName.getText(file)}<${parts.join(', ')}>`;
  }
  return node.getText(file);
}

/** A type, with the comments of the schemas that it may stem from. */
function renderType(node, schemas, context) {
  const { file, io, shapes } = context;
  const into = (type, next) => renderType(type, unwrap(next, io), context);
  if (ts.isTypeLiteralNode(node)) {
    const body = renderLiteral(node, schemas, context);
    const ids = new Set(
      schemas.filter(({ _zod }) => _zod.def.type === 'object').map((schema) => schema.meta()?.id),
    );
    const [only] = ids;
    const id = NAMES[only] ?? only;
    if (ids.size !== 1 || id === undefined || (shapes.get(id) ?? body) !== body) return body;
    shapes.set(id, body);
    return id;
  }
  if (ts.isArrayTypeNode(node)) {
    const element = into(node.elementType, schemas.map(({ _zod }) => _zod.def.element).filter(Boolean));
    return /^[\w.]+$/.test(element) ? `${element}[]` : `Array<${element}>`;
  }
  if (ts.isUnionTypeNode(node))
    return node.types.map((type) => renderType(type, schemas, context)).join(' | ');
  if (ts.isParenthesizedTypeNode(node)) return `(${renderType(node.type, schemas, context)})`;
  if (ts.isTypeReferenceNode(node) && node.typeName.getText(file) === 'Record') {
    const values = into(node.typeArguments[1], schemas.map(({ _zod }) => _zod.def.valueType).filter(Boolean));
    return `Record<${node.typeArguments[0].getText(file)}, ${values}>`;
  }
  return node.getText(file);
}

function renderLiteral(node, schemas, context) {
  const { file, io } = context;
  const members = node.members.map((member) => {
    if (!ts.isPropertySignature(member)) return member.getText(file);
    const name = member.name.getText(file);
    const fields = schemas
      .map(({ _zod }) => _zod.def.shape?.[name.replace(/^['"]|['"]$/g, '')])
      .filter(Boolean);
    const comment = toComment(fields.map(descriptionFrom).find(Boolean) ?? '');
    const type = renderType(member.type, unwrap(fields, io), context);
    return `${comment}${name}${member.questionToken ? '?' : ''}: ${type};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

/** The schemas that describe the values themselves: without `optional`, `nullable`, `default`, unions and pipes. */
function unwrap(schemas, io) {
  return schemas.flatMap((schema) => {
    const { type, innerType, options, in: source, out } = schema._zod.def;
    if (innerType) return unwrap([innerType], io);
    if (type === 'union') return unwrap(options, io);
    if (type === 'pipe')
      return unwrap([io === 'input' && source._zod.def.type !== 'transform' ? source : out], io);
    return [schema];
  });
}

/** What a field's schema, or the one that it wraps, says about it. */
function descriptionFrom(schema) {
  const { description, example } = schema.meta() ?? {};
  const { innerType, in: source } = schema._zod.def;
  if (description === undefined && (innerType ?? source)) return descriptionFrom(innerType ?? source);
  const shown = example === undefined ? '' : `Example: \`${JSON.stringify(example)}\``;
  return [description, shown].filter(Boolean).join('\n\n') || undefined;
}

function toComment(text) {
  if (!text) return '';
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}
