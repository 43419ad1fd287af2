import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';

const text = readFileSync(resolveInPackage('docs/security.md'), 'utf8');
const ROW = /^\| (API\d+|V\d+) /;

/** The tests that a line names: a file, then its sentences. */
function named(line: string): [file: string, name: string][] {
  return [...line.matchAll(/`(tests\/[\w/.-]+\.test\.ts)`((?:,? “[^”]+”)+)/g)].flatMap(([, file, names]) =>
    [...(names as string).matchAll(/“([^”]+)”/g)].map(([, name]): [string, string] => [
      file as string,
      name as string,
    ]),
  );
}

test('every test that the threat model names is there', () => {
  const lacking = named(text).filter(([file, name]) => {
    if (!existsSync(resolveInPackage(file))) return true;
    const source = readFileSync(resolveInPackage(file), 'utf8');
    return !["'", '"', '`'].some((quote) => source.includes(`test(${quote}${name}${quote}`));
  });
  expect(lacking).toEqual([]);
});

test('every line of its tables names a test, and all ten risks are there', () => {
  const rows = text.split('\n').filter((line) => ROW.test(line));
  expect(rows.filter((line) => named(line).length === 0)).toEqual([]);
  const risks = new Set(rows.map((line) => ROW.exec(line)?.[1]).filter((id) => id?.startsWith('API')));
  expect([...risks]).toEqual(Array.from({ length: 10 }, (_, n) => `API${n + 1}`));
});
