import { setImmediate } from 'node:timers/promises';

/** Rows deleted in one transaction, so that nobody waits long for the write lock. */
export const BATCH = 1000;

/** Takes one step after another, letting requests in between, until one finds less than a batch. Returns the sum. */
export async function deleteInBatches(step: () => number, stopping: AbortSignal): Promise<number> {
  for (let sum = 0; ; await setImmediate()) {
    const found = step();
    sum += found;
    if (found < BATCH || stopping.aborted) return sum;
  }
}
