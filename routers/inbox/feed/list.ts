import { and, asc, count, desc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';
import { feed_items, preparedStatements } from '../../../db/index.ts';
import { readCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { renderNotification } from '../notification-templates/render.ts';
import type { Feed, FeedInput } from './schemas.ts';

const statements = preparedStatements((db) => {
  const own = eq(feed_items.principal_id, sql.placeholder('principal_id'));
  const shared = isNull(feed_items.principal_id);
  const after = gt(feed_items.id, sql.placeholder('after'));
  const isBetween = and(
    gt(feed_items.id, sql.placeholder('first')),
    lt(feed_items.id, sql.placeholder('last')),
  );
  const rows = (owner: SQL) => db.select().from(feed_items).where(and(owner, isBetween));
  const countWhere = (owner: SQL) =>
    db.select({ n: count() }).from(feed_items).where(and(owner, after)).prepare();
  // Both halves come from the index in order and are merged, so no more rows are read than are returned or skipped.
  const merged = (order: SQL) =>
    unionAll(rows(own), rows(shared))
      .orderBy(order)
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare();
  return {
    newest: merged(desc(sql.identifier('id'))),
    oldest: merged(asc(sql.identifier('id'))),
    own: countWhere(own),
    shared: countWhere(shared),
  };
});

/**
 * The caller's feed: their own items and those for everyone. By pages, the newest first; or the items after one, the
 * oldest first, so that a client that continues from `next_since_id` until `has_more` is false misses nothing.
 */
export function listFeed(ctx: UserContext, input: z.output<typeof FeedInput>): z.infer<typeof Feed> {
  const { limit, since_id } = input;
  const page = since_id === undefined ? input.page : 1;
  const offset = (page - 1) * limit;
  const after = since_id ?? 0;
  const { newest, oldest, own, shared } = statements(ctx.db);
  const params = { principal_id: ctx.caller.principal_id, after };
  const isNewestFirst = since_id === undefined;
  const [seen] = input.cursor === undefined ? [undefined] : readCursor(input.cursor, 1);
  const first = isNewestFirst ? 0 : (seen ?? after);
  const last = isNewestFirst ? (seen ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
  const statement = isNewestFirst ? newest : oldest;
  const found = statement.all({ ...params, first, last, limit: limit + 1, offset });
  const { rows, next_cursor } = toPage(found, limit, ({ id }) => [id]);
  const total = (own.get(params)?.n ?? 0) + (shared.get({ after })?.n ?? 0);
  return {
    items: rows.map((row) => ({
      id: row.id,
      type: row.type,
      ...renderNotification(row, ctx.language),
      payload: row.payload,
      created_at: toIso(row.created_at),
    })),
    page,
    limit,
    total,
    next_cursor,
    has_more: next_cursor !== null,
    next_since_id: rows.reduce((newest, { id }) => Math.max(newest, id), after),
  };
}
