import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { tasks, transact, users } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { DAY_MS } from '../../core/days.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { Assigned, AssignInput, TaskId } from './schemas.ts';
import { getUserIdByRef, toTaskWithUser } from './task.ts';

/** Asks something of users, of each on his own. Throws NOT_FOUND, and assigns nothing, when one of them is not there. */
export function assignTask(ctx: UserContext, input: z.output<typeof AssignInput>): z.infer<typeof Assigned> {
  const { type, title, payload } = input;
  const now = ctx.clock.now();
  const due_at = input.due_at ? Date.parse(input.due_at) : null;
  const row = {
    ...{ type, title, payload, due_at, status: 'pending' as const },
    description: input.description || null,
    assigned_by: ctx.caller.principal_id,
    remind_at: due_at === null ? null : remindAt(due_at, now),
    created_at: now,
  };
  return transact(ctx.db, () => {
    const named = [input.user_id].flat().map((user_id) => getUserIdByRef(ctx.db, user_id));
    const made = [...new Set(named)].map((user_id) => {
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
    return { tasks: made };
  });
}

/** A day before it is due; of a task that was given later than that, when it is due. */
function remindAt(due_at: number, now: number): number {
  return due_at - DAY_MS > now ? due_at - DAY_MS : due_at;
}

/** Throws NOT_FOUND. */
export function removeTask(ctx: UserContext, { id }: z.infer<typeof TaskId>): Record<string, never> {
  transact(ctx.db, () => {
    const gone = ctx.db.delete(tasks).where(eq(tasks.id, id)).returning().get();
    if (!gone) throw new ApiError('NOT_FOUND');
    audit(ctx, 'tasks.remove', String(id), { user_id: gone.user_id, title: gone.title });
  });
  return {};
}
