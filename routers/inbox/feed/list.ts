import { and, asc, count, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';
import { feed_items, preparedStatements } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { renderNotification } from '../notification-templates/render.ts';
import type { Feed, FeedInput } from './schemas.ts';

const statements = preparedStatements((db) => {
  const mine = eq(feed_items.principal_id, sql.placeholder('principal_id'));
  const everyones = isNull(feed_items.principal_id);
  const after = gt(feed_items.id, sql.placeholder('after'));
  const rows = (whose: SQL) => db.select().from(feed_items).where(and(whose, after));
  const number = (whose: SQL) =>
    db.select({ n: count() }).from(feed_items).where(and(whose, after)).prepare();
  // Both halves come from the index in order and are merged: no more is read than is shown or skipped.
  const merged = (order: SQL) =>
    unionAll(rows(mine), rows(everyones))
      .orderBy(order)
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare();
  return {
    newest: merged(desc(sql.identifier('id'))),
    oldest: merged(asc(sql.identifier('id'))),
    mine: number(mine),
    everyones: number(everyones),
  };
});

/**
 * My feed: what concerns me, and what is for everyone. By pages, the newest first; or what came after an item, the
 * oldest first, so that a client that goes on from `next_since_id` until `has_more` is false has missed nothing.
 */
export function listFeed(ctx: UserContext, input: z.output<typeof FeedInput>): z.infer<typeof Feed> {
  const { limit, since_id } = input;
  const page = since_id === undefined ? input.page : 1;
  const offset = (page - 1) * limit;
  const after = since_id ?? 0;
  const { newest, oldest, mine, everyones } = statements(ctx.db);
  const mark = { principal_id: ctx.caller.principal_id, after };
  const rows = (since_id === undefined ? newest : oldest).all({ ...mark, limit, offset });
  const total = (mine.get(mark)?.n ?? 0) + (everyones.get({ after })?.n ?? 0);
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
    has_more: offset + rows.length < total,
    next_since_id: rows.reduce((newest, { id }) => Math.max(newest, id), after),
  };
}
