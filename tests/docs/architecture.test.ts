import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';
import { readDocument } from './documents.ts';

const { text } = readDocument('ARCHITECTURE.md');

test('ARCHITECTURE.md has a sentence for every module, and every folder of server, ml and clients', () => {
  const folders = ['routers', 'server', 'ml', 'clients'].flatMap((parent) =>
    readdirSync(resolveInPackage(parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${parent}/${name}/`),
  );
  expect(folders.filter((folder) => !text.includes(`| \`${folder}\` |`))).toEqual([]);
});

test('the files of "Where is it?" define the names beside them', () => {
  const [, section = ''] = text.split('## Where is it?\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| [^|`]+ \| `([\w./-]+)` \| `(\w+)`/gm)];
  expect(rows.length).toBeGreaterThanOrEqual(12);
  const missing = rows.filter(([, file = '', name = '']) => {
    const source = readFileSync(resolveInPackage(file), 'utf8');
    return !new RegExp(`(?:function|const|class|type|interface) ${name}\\b`).test(source);
  });
  expect(missing.map(([row]) => row)).toEqual([]);
});
