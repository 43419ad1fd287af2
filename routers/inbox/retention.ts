import { asc, gte, lt, sql } from 'drizzle-orm';
import type { feed_items, notifications } from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { deleteInBatches } from '../core/delete-in-batches.ts';

type InboxTable = typeof feed_items | typeof notifications;

/** Deletes the rows of an inbox table, read or not, from before an instant. Returns how many were deleted. */
export async function deleteInboxBefore(
  { db, stopping }: Pick<Deps, 'db' | 'stopping'>,
  table: InboxTable,
  before: number,
): Promise<number> {
  // Ids rise with time: finding the first row that stays reads no more than the rows that are deleted.
  const firstToStay = db
    .select({ id: table.id })
    .from(table)
    .where(gte(table.created_at, before))
    .orderBy(asc(table.id))
    .limit(1)
    .get();
  const isOld = firstToStay ? lt(table.id, firstToStay.id) : lt(table.created_at, before);
  const step = (limit: number) => {
    const oldRows = db.select({ id: table.id }).from(table).where(isOld).orderBy(asc(table.id)).limit(limit);
    return db.delete(table).where(sql`${table.id} in ${oldRows}`).run().changes;
  };
  return deleteInBatches(step, stopping);
}
