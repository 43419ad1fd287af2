import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Tx, tasks } from '../../../db/index.ts';
import type { EventContext } from '../../core/events/types.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { Task, TaskId } from './schemas.ts';
import { getTaskOrThrow, type TaskRow, toTask } from './task.ts';

/** Says that a task of mine is done; doing it twice changes nothing. Throws NOT_FOUND. */
export function completeTask(ctx: UserContext, { id }: z.infer<typeof TaskId>): z.infer<typeof Task> {
  const row = ctx.db.transaction(
    (tx) => {
      const task = getTaskOrThrow(tx, ctx, id);
      return task.status === 'done' ? task : finishTask(ctx, tx, task);
    },
    { behavior: 'immediate' },
  );
  return toTask(row);
}

/** Finishes a pending task and tells of it. */
export function finishTask(
  { clock, emit }: Pick<EventContext, 'clock' | 'emit'>,
  tx: Tx,
  task: TaskRow,
): TaskRow {
  const done = tx
    .update(tasks)
    .set({ status: 'done', completed_at: clock.now(), remind_at: null })
    .where(eq(tasks.id, task.id))
    .returning()
    .get();
  emit(tx, {
    type: 'task.completed',
    principal_id: task.user_id,
    payload: { task_id: task.id, task_type: task.type, title: task.title },
  });
  return done;
}
