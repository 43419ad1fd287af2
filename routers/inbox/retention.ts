import { asc, gte, lt, sql } from 'drizzle-orm';
import { feed_items, notifications } from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { BATCH, deleteInBatches } from '../core/delete-in-batches.ts';

/** Deletes feed items and notifications, read or not, from before an instant. Returns how many rows went, by table. */
export async function deleteInboxBefore(
  { db, stopping }: Pick<Deps, 'db' | 'stopping'>,
  before: number,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {};
  for (const [name, table] of Object.entries({ feed_items, notifications })) {
    // Rows lie in the order they were made in: what is read to find the first that stays is what goes.
    const kept = db
      .select({ id: table.id })
      .from(table)
      .where(gte(table.created_at, before))
      .orderBy(asc(table.id))
      .limit(1)
      .get();
    const old = db
      .select({ id: table.id })
      .from(table)
      .where(kept ? lt(table.id, kept.id) : lt(table.created_at, before))
      .orderBy(asc(table.id))
      .limit(BATCH);
    const step = () => db.delete(table).where(sql`${table.id} in ${old}`).run().changes;
    gone[name] = await deleteInBatches(step, stopping);
  }
  return gone;
}
