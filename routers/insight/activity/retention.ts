import { setImmediate as breathe } from 'node:timers/promises';
import { inArray, lt } from 'drizzle-orm';
import { activity_days, activity_events } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { toUtcDay, toUtcDayStart } from '../utc-days.ts';

/** Events deleted in one transaction. */
const BATCH = 5000;

/**
 * Deletes the events of whole days before an instant, and what they count for their users; the totals of everyone
 * stay. Returns how many events went.
 */
export async function deleteActivityBefore({ db }: Pick<Deps, 'db'>, olderThan: number): Promise<number> {
  const before = toUtcDayStart(olderThan);
  db.delete(activity_days)
    .where(lt(activity_days.day, toUtcDay(before)))
    .run();
  let forgotten = 0;
  for (;;) {
    const old = db
      .select({ id: activity_events.id })
      .from(activity_events)
      .where(lt(activity_events.at, before))
      .limit(BATCH);
    const { changes } = db.delete(activity_events).where(inArray(activity_events.id, old)).run();
    forgotten += changes;
    if (changes < BATCH) return forgotten;
    await breathe();
  }
}
