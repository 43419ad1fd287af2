import { and, eq } from 'drizzle-orm';
import { tasks } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { finishTask } from './complete.ts';

/** Completes the quiz tasks of a learner whose payload has the pool of the finished quiz, as a number or text. */
export function completeQuizTasks(
  context: EventContext,
  { principal_id, payload }: StoredEvent<'quiz.finished'>,
): void {
  if (principal_id === null) return;
  const { db } = context;
  const pending = db
    .select()
    .from(tasks)
    .where(and(eq(tasks.user_id, principal_id), eq(tasks.status, 'pending'), eq(tasks.type, 'quiz')))
    .all();
  for (const task of pending) {
    if (String(task.payload.pool_id) === String(payload.pool_id)) finishTask(context, task);
  }
}
