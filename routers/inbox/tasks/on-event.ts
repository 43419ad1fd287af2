import { and, eq } from 'drizzle-orm';
import { tasks } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { finishTask } from './complete.ts';

/** Completes the tasks that a finished quiz was: those whose payload names its pool, by number or in digits. */
export function completeQuizTasks(
  scene: EventContext,
  { principal_id, payload }: StoredEvent<'quiz.finished'>,
): void {
  if (principal_id === null) return;
  const { db } = scene;
  const pending = db
    .select()
    .from(tasks)
    .where(and(eq(tasks.user_id, principal_id), eq(tasks.status, 'pending'), eq(tasks.type, 'quiz')))
    .all();
  for (const task of pending) {
    if (String(task.payload.pool_id) === String(payload.pool_id)) finishTask(scene, task);
  }
}
