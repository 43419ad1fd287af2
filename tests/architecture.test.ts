import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** What each module may import besides itself; see the picture in ARCHITECTURE.md. */
const MODULES: Record<string, readonly string[]> = {
  core: [],
  storage: ['core'],
  accounts: ['core', 'storage'],
  inbox: ['core', 'storage', 'accounts'],
  safety: ['core', 'storage', 'accounts'],
  insight: ['core', 'storage', 'accounts', 'safety'],
  work: ['core', 'storage', 'accounts', 'safety', 'inbox'],
  learning: ['core', 'storage', 'accounts', 'safety', 'inbox', 'work'],
};
const LAYERS: Record<string, readonly string[]> = {
  db: ['db'],
  ml: ['ml'],
  routers: ['routers', 'db', 'ml'],
  server: ['server', 'routers', 'db', 'ml', 'clients'],
  clients: ['clients'],
};
/** Not names of their own: participles, relative clauses and words that others say better (see CONTRIBUTING.md). */
const WRONG_NAME =
  /^(shown|told|asked|found|kept|gone|whose|named|wanted|mine|given|judged|Parts|Row)$|^(MOST|LONGEST|FIRST|BEST)_|^(refuse|forget)[A-Z]|[a-z]Of$/;
const IMPORT = /^(?:import|export)\s(type\s)?[^;'"]*?from '(\.[^']+)'/gm;
const TOP_LEVEL_NAME =
  /^(export )?(?:declare )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const files = Object.keys(LAYERS).flatMap((layer) =>
  readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(layer, file)),
);
const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const imports: Import[] = [...sources].flatMap(([from, source]) =>
  [...source.matchAll(IMPORT)].map(([, type, to]) => ({
    from,
    to: path.join(path.dirname(from), to as string),
    typeOnly: type !== undefined,
  })),
);

test('imports between layers go down, and clients import types alone', () => {
  const upwards = imports.filter(({ from, to, typeOnly }) => {
    const [layer, target] = [toFolder(from, 0), toFolder(to, 0)];
    if (layer === 'clients' && target === 'routers' && typeOnly) return false;
    return LAYERS[layer]?.includes(target) === false;
  });
  expect(upwards.map(toLine)).toEqual([]);
});

test('the modules of routers form the graph of ARCHITECTURE.md', () => {
  const across = imports.filter(({ from, to }) => {
    const [module, target] = [toFolder(from, 1), toFolder(to, 1)];
    if (toFolder(from, 0) !== 'routers' || toFolder(to, 0) !== 'routers' || module === target) return false;
    return MODULES[module]?.includes(target) === false;
  });
  expect(across.map(toLine)).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const targets = groupBy(
    imports.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'open') cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const { to } of targets.get(file) ?? []) visit(to, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('top-level names are none of the words that CONTRIBUTING.md calls wrong', () => {
  const wrong = listNames().filter(({ name }) => WRONG_NAME.test(name));
  expect(wrong.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

test('an exported name is exported by one file', () => {
  const byName = groupBy(
    listNames().filter((one) => one.exported),
    ({ name }) => name,
  );
  const twice = [...byName].filter(([, places]) => new Set(places.map(({ file }) => file)).size > 1);
  expect(twice.map(([name, places]) => `${name}: ${places.map(({ file }) => file).join(', ')}`)).toEqual([]);
});

function groupBy<T>(items: readonly T[], toKey: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(toKey(item), [...(groups.get(toKey(item)) ?? []), item]);
  return groups;
}

function listNames() {
  return [...sources].flatMap(([file, source]) =>
    [...source.matchAll(TOP_LEVEL_NAME)].map(([, exported, name]) => ({
      file,
      name: name as string,
      exported: exported !== undefined,
    })),
  );
}

function toFolder(file: string, depth: number): string {
  return file.split(path.sep)[depth] ?? '';
}

function toLine({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
