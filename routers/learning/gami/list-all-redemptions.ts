import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { gami_redemptions } from '../../../db/index.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { AdminRedemptionList, ListAllRedemptionsInput } from './admin-schemas.ts';
import { toRedemption } from './list-redemptions.ts';
import { selectRedemptions } from './settle-redemption.ts';

/** The redemptions of all users, the newest first. */
export function listAllRedemptions(
  ctx: UserContext,
  { status, limit, offset, cursor }: z.output<typeof ListAllRedemptionsInput>,
): z.infer<typeof AdminRedemptionList> {
  const { db, language } = ctx;
  const hasStatus = status && eq(gami_redemptions.status, status);
  const found = selectRedemptions(db)
    .where(and(hasStatus, afterCursor(cursor, [[gami_redemptions.id, 'desc']])))
    .orderBy(desc(gami_redemptions.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.row.id]);
  const total = db.select({ n: count() }).from(gami_redemptions).where(hasStatus).get()?.n ?? 0;
  return {
    total,
    next_cursor,
    redemptions: rows.map(({ row, reward, user }) => ({ ...toRedemption(row, reward, language), user })),
  };
}
