import { expect, test } from 'vitest';
import type { z } from 'zod';
import { VARIABLES } from '../../server/process/variables.ts';
import { readDocument } from './documents.ts';

const { text } = readDocument('docs/configuration.md');
const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)` \| (.+?) \| (.+) \|$/gm)].map(
  ([, name = '', value = '']) => ({
    name,
    value,
  }),
);

/** A default as the page writes it. Null where the schema has none: then the page says in words what happens. */
function toDefaultCell(schema: z.ZodType): string | null {
  const { success, data } = schema.safeParse(undefined);
  const isNone = data === '' || (Array.isArray(data) && data.length === 0);
  if (isNone) return 'none';
  if (!success || data === undefined) return null;
  return `\`${typeof data === 'boolean' ? (data ? 'on' : 'off') : data}\``;
}

test('docs/configuration.md lists exactly the variables that are read', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
});

test('docs/configuration.md has the default of every variable', () => {
  const wrong = rows.filter(({ name, value }) => {
    const cell = toDefaultCell(VARIABLES[name as keyof typeof VARIABLES]);
    return cell === null ? /^`[^`]*`$/.test(value) : value !== cell;
  });
  expect(wrong).toEqual([]);
});
