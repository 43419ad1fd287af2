import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { tasks, transact, users } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { DAY_MS } from '../../core/days.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { AssignedTasks, AssignInput } from './schemas.ts';
import { getUserIdByRef, toTaskWithUser } from './task.ts';

/** Assigns a task to each of some users. Throws NOT_FOUND, and assigns nothing, when one of them does not exist. */
export function assignTask(
  ctx: UserContext,
  input: z.output<typeof AssignInput>,
): z.infer<typeof AssignedTasks> {
  const { type, title, payload } = input;
  const now = ctx.clock.now();
  const due_at = input.due_at ?? null;
  const row = {
    ...{ type, title, payload, due_at, status: 'pending' as const },
    description: input.description || null,
    assigned_by: ctx.caller.principal_id,
    remind_at: due_at === null ? null : toReminderTime(due_at, now),
    created_at: now,
  };
  return transact(ctx.db, () => {
    const assignees = [input.user_id].flat().map((user_id) => getUserIdByRef(ctx.db, user_id));
    const assignedTasks = [...new Set(assignees)].map((user_id) => {
      const task = ctx.db
        .insert(tasks)
        .values({ ...row, user_id })
        .returning()
        .get();
      ctx.emit({
        type: 'task.assigned',
        principal_id: user_id,
        payload: { task_id: task.id, task_type: type, title, due_at },
      });
      audit(ctx, 'tasks.assign', String(task.id), { user_id, type, title });
      const user = ctx.db.select().from(users).where(eq(users.id, user_id)).get();
      return toTaskWithUser(task, user as NonNullable<typeof user>);
    });
    return { tasks: assignedTasks };
  });
}

/** A day before the task is due, or when it is due if that is less than a day away. */
function toReminderTime(due_at: number, now: number): number {
  return due_at - DAY_MS > now ? due_at - DAY_MS : due_at;
}
