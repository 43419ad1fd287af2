import { and, count, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_history } from '../../../db/index.ts';
import { afterCursor, type OrderKey, toOrder, toPage } from '../../core/cursor.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { HistoryPage, ListHistoryInput } from './schemas.ts';

/** The caller's scans, page by page. */
export function listHistory(
  ctx: CallerContext,
  input: z.infer<typeof ListHistoryInput>,
): z.infer<typeof HistoryPage> {
  const { limit, offset, cursor, sort, filter, kind } = input;
  const own = and(
    eq(scan_history.principal_id, ctx.caller.principal_id),
    filter === 'caution' ? eq(scan_history.verdict, filter) : undefined,
    filter === 'safe' || filter === 'dangerous' ? eq(scan_history.analysis_result, filter) : undefined,
    kind && eq(scan_history.kind, kind),
  );
  const order: OrderKey[] = [[scan_history.id, sort]];
  const found = ctx.db
    .select()
    .from(scan_history)
    .where(and(own, afterCursor(cursor, order)))
    .orderBy(...toOrder(order))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(scan_history).where(own).get()?.n ?? 0;
  const { rows, next_cursor } = toPage(found, limit, ({ id }) => [id]);
  return {
    total,
    next_cursor,
    history: rows.map(({ id, url, kind, verdict, analysis_result, confidence, scanned_at }) => ({
      id,
      url,
      kind,
      verdict,
      analysis_result,
      confidence,
      scanned_at: toIso(scanned_at),
    })),
  };
}
