import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_history } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import type { DeletedHistory, HistoryEntryId } from './schemas.ts';

/** Deletes one scan from the caller's history. Throws NOT_FOUND. */
export function removeHistoryEntry(
  ctx: CallerContext,
  { id }: z.infer<typeof HistoryEntryId>,
): z.infer<typeof DeletedHistory> {
  const own = and(eq(scan_history.id, id), eq(scan_history.principal_id, ctx.caller.principal_id));
  const { changes } = ctx.db.delete(scan_history).where(own).run();
  if (changes === 0) throw new ApiError('NOT_FOUND');
  return { deleted: changes };
}

/** Deletes the caller's history. Returns how many entries it had. */
export function clearHistory(ctx: CallerContext): z.infer<typeof DeletedHistory> {
  const own = eq(scan_history.principal_id, ctx.caller.principal_id);
  return { deleted: ctx.db.delete(scan_history).where(own).run().changes };
}
