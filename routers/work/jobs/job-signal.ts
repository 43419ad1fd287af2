import type { Context, Db, Deps } from '../../core/context.ts';

/** Agents of this process that wait for a job, by user. It only shortens their wait; the queue is in the database. */
const waitersByDatabase = new WeakMap<Db, Map<number, Set<() => void>>>();

/** Wakes the waiting agents of a user. Call it after the commit. */
export function notifyJobAvailable({ db }: Pick<Deps, 'db'>, user_id: number): void {
  for (const wake of waitersByDatabase.get(db)?.get(user_id) ?? []) wake();
}

/**
 * Resolves when there may be a job for the user's agents, after `ms` at the latest, and at once when the caller
 * disconnects or the product stops.
 */
export function waitForJob(
  { db, stopping }: Pick<Context, 'db' | 'stopping'>,
  user_id: number,
  ms: number,
  disconnected: AbortSignal | undefined,
): Promise<void> {
  const byUser = waitersByDatabase.get(db) ?? new Map<number, Set<() => void>>();
  waitersByDatabase.set(db, byUser);
  const wakers = byUser.get(user_id) ?? new Set();
  byUser.set(user_id, wakers);
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', wake);
      disconnected?.removeEventListener('abort', wake);
      wakers.delete(wake);
      if (wakers.size === 0) byUser.delete(user_id);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    stopping.addEventListener('abort', wake);
    disconnected?.addEventListener('abort', wake);
    wakers.add(wake);
    if (stopping.aborted || disconnected?.aborted) wake();
  });
}
