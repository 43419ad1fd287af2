import { and, asc, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_history } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { DeletedHistory, HistoryInput, HistoryPage } from './schemas.ts';

/** My scans, page by page. */
export function listHistory(
  ctx: CallerContext,
  input: z.infer<typeof HistoryInput>,
): z.infer<typeof HistoryPage> {
  const { limit, offset, sort, filter } = input;
  const mine = and(
    eq(scan_history.principal_id, ctx.caller.principal_id),
    filter === 'all' ? undefined : eq(scan_history.analysis_result, filter),
  );
  const rows = ctx.db
    .select()
    .from(scan_history)
    .where(mine)
    .orderBy(sort === 'asc' ? asc(scan_history.id) : desc(scan_history.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(scan_history).where(mine).get()?.n ?? 0;
  return {
    total,
    history: rows.map(({ id, url, analysis_result, confidence, scanned_at }) => ({
      id,
      url,
      analysis_result,
      confidence,
      scanned_at: toIso(scanned_at),
    })),
  };
}

/** Throws NOT_FOUND for an entry that is not mine. */
export function removeHistoryEntry(
  ctx: CallerContext,
  input: { id: number },
): z.infer<typeof DeletedHistory> {
  const { changes } = ctx.db
    .delete(scan_history)
    .where(and(eq(scan_history.id, input.id), eq(scan_history.principal_id, ctx.caller.principal_id)))
    .run();
  if (changes === 0) throw new ApiError('NOT_FOUND');
  return { deleted: changes };
}

export function clearHistory(ctx: CallerContext): z.infer<typeof DeletedHistory> {
  const mine = eq(scan_history.principal_id, ctx.caller.principal_id);
  return { deleted: ctx.db.delete(scan_history).where(mine).run().changes };
}
