import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { tasks, transact } from '../../../db/index.ts';
import type { EventContext } from '../../core/events/types.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { Task, TaskId } from './schemas.ts';
import { getTaskOrThrow, type TaskRow, toTask } from './task.ts';

/** Completes a task of the caller's; a second call changes nothing. Throws NOT_FOUND. */
export function completeTask(ctx: UserContext, { id }: z.infer<typeof TaskId>): z.infer<typeof Task> {
  const row = transact(ctx.db, () => {
    const task = getTaskOrThrow(ctx, id);
    return task.status === 'done' ? task : finishTask(ctx, task);
  });
  return toTask(row);
}

/** Completes a pending task and emits its event. Call it in a transaction. */
export function finishTask(
  { db, clock, emit }: Pick<EventContext, 'db' | 'clock' | 'emit'>,
  task: TaskRow,
): TaskRow {
  const completed = db
    .update(tasks)
    .set({ status: 'done', completed_at: clock.now(), remind_at: null })
    .where(eq(tasks.id, task.id))
    .returning()
    .get();
  emit({
    type: 'task.completed',
    principal_id: task.user_id,
    payload: { task_id: task.id, task_type: task.type, title: task.title },
  });
  return completed;
}
