import { inArray, lt } from 'drizzle-orm';
import { activity_days, activity_events } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { toUtcDate } from '../../core/days.ts';
import { deleteInBatches } from '../../core/delete-in-batches.ts';
import { toUtcDayStart } from '../utc-days.ts';

const BATCH = 5000;

/**
 * Deletes the events of whole days before an instant, and the counts of their users; the totals of everyone stay.
 * Returns how many events were deleted.
 */
export async function deleteActivityBefore(
  { db, stopping }: Pick<Deps, 'db' | 'stopping'>,
  olderThan: number,
): Promise<number> {
  const before = toUtcDayStart(olderThan);
  db.delete(activity_days)
    .where(lt(activity_days.day, toUtcDate(before)))
    .run();
  const step = (limit: number) => {
    const oldRows = db
      .select({ id: activity_events.id })
      .from(activity_events)
      .where(lt(activity_events.at, before))
      .limit(limit);
    return db.delete(activity_events).where(inArray(activity_events.id, oldRows)).run().changes;
  };
  return deleteInBatches(step, stopping, BATCH);
}
