import { and, eq } from 'drizzle-orm';
import { tasks } from '../../../db/index.ts';
import type { Happened, Scene } from '../../core/events/types.ts';
import { finish } from './complete.ts';

/** Completes the tasks that a finished quiz was: those whose payload names its pool, by number or in digits. */
export function finishTasks(scene: Scene, { principal_id, payload }: Happened<'quiz.finished'>): void {
  if (principal_id === null) return;
  const { tx } = scene;
  const pending = tx
    .select()
    .from(tasks)
    .where(and(eq(tasks.user_id, principal_id), eq(tasks.status, 'pending'), eq(tasks.type, 'quiz')))
    .all();
  for (const task of pending) {
    if (String(task.payload.pool_id) === String(payload.pool_id)) finish(scene, tx, task);
  }
}
