import { setImmediate } from 'node:timers/promises';

/** Rows deleted in one transaction, so that nobody waits long for the write lock. */
const DELETE_BATCH = 1000;

/**
 * The one loop of every clean-up job: runs `step` for one batch after another and lets requests in between. It ends
 * when a step meets fewer rows than a batch, or when the product stops.
 *
 * @param step deletes up to `limit` rows in one transaction; returns how many it met
 * @returns how many rows all steps met
 * @example
 * await deleteInBatches((limit) => deleteOldest(db, limit), stopping);
 */
export async function deleteInBatches(
  step: (limit: number) => number,
  stopping: AbortSignal,
  limit = DELETE_BATCH,
): Promise<number> {
  let total = 0;
  for (let rows = limit; rows >= limit && !stopping.aborted; await setImmediate()) {
    rows = step(limit);
    total += rows;
  }
  return total;
}
