import { type AnyColumn, and, asc, desc, eq, gt, lt, or, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from './context.ts';
import { invalid } from './errors.ts';

type Key = number | string;

/** One part of the order of a list; the parts together tell every two rows apart. */
export type OrderKey = readonly [column: AnyColumn | SQL, direction: 'asc' | 'desc'];

/** Where a page begins: `next_cursor` of the page before. */
export const Cursor = z.string().max(500).optional().meta({
  description: '`next_cursor` of the page before; `offset` and `page` count from there',
});

export const NextCursor = z.string().nullable().meta({
  description: 'The `cursor` of the next page; null at the end',
  example: 'WzQyXQ',
});

/** A part of the order as SQL. */
export const toOrder = (keys: readonly OrderKey[]): SQL[] =>
  keys.map(([column, direction]) => (direction === 'asc' ? asc(column) : desc(column)));

/**
 * The condition that rows come after a cursor in this order; undefined without one. Rows that are added or deleted
 * between two pages shift nothing. Throws INVALID_INPUT.
 */
export function afterCursor(cursor: string | undefined, keys: readonly OrderKey[]): SQL | undefined {
  if (cursor === undefined) return undefined;
  return afterKeys(readCursor(cursor, keys.length), keys);
}

/** The condition that rows come after these values in this order. */
export function afterKeys(values: readonly Key[], keys: readonly OrderKey[]): SQL | undefined {
  const alternatives = keys.map(([column, direction], i) =>
    and(
      ...keys.slice(0, i).map(([previous], j) => eq(previous as AnyColumn, values[j])),
      (direction === 'asc' ? gt : lt)(column as AnyColumn, values[i]),
    ),
  );
  return or(...alternatives);
}

/** The values of a cursor. Throws INVALID_INPUT, naming `cursor`. */
export function readCursor(cursor: string, length: number): Key[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isKey = (value: unknown) => Number.isSafeInteger(value) || typeof value === 'string';
    if (Array.isArray(values) && values.length === length && values.every(isKey)) return values as Key[];
  } catch {
    // What is no JSON is answered below.
  }
  throw invalid(
    'cursor',
    '앞 페이지의 next_cursor를 그대로 보내세요',
    'Send the next_cursor of the page before, as it is',
  );
}

/** The page of `limit + 1` rows that were read, and the cursor of the next one. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  toKeys: (row: Row) => readonly Key[],
): { rows: Row[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return { rows: page, next_cursor: hasNext ? toCursor(toKeys(last)) : null };
}

export function toCursor(keys: readonly Key[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Of a list that is answered as a bare array, as older clients read it: the next page is in the header `Link`. */
export const BareListInput = z.object({
  limit: z.int().min(1).max(1000).default(1000).meta({ description: 'How many to return', example: 50 }),
  cursor: Cursor.meta({
    description: 'Where the page begins: that of the `Link` with `rel="next"` (RFC 8288)',
  }),
});

/** Names the next page of a bare list, as a reference that is relative to this one. */
export function linkToNextPage(
  { http }: Pick<Context, 'http'>,
  limit: number,
  next_cursor: string | null,
): void {
  if (next_cursor === null || !http) return;
  http.response.headers.push(['Link', `<?limit=${limit}&cursor=${next_cursor}>; rel="next"`]);
}
