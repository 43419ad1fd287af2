import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';

const text = readFileSync(resolveInPackage('docs/operations.md'), 'utf8');

test('every line of what can break names its tests, and they are there', () => {
  const [, section = ''] = text.split('## When something breaks\n');
  const rows = section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => /^\| (?!---|what breaks)/.test(line));
  const named = (rows ?? []).map((row) =>
    [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, it]) => it),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.every((tests) => tests.length > 0)).toBe(true);
  expect(named.flat().filter((it) => !existsSync(resolveInPackage(`tests/${it}`)))).toEqual([]);
});
