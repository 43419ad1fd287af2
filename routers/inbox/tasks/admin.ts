import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { removeTask } from './remove.ts';
import { ListTasksInput, TaskId, TaskPage } from './schemas.ts';
import { listTasks } from './task.ts';

const tags = ['Admin'];

export const tasksAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/tasks',
        tags,
        summary: "List all users' tasks",
        description: 'Newest first, those of every user.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListTasksInput)
    .output(TaskPage)
    .query(({ ctx, input }) => listTasks(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/tasks/{id}',
        tags,
        summary: 'Delete a task',
        description: 'It disappears from the list of its user.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(TaskId)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeTask(ctx, input)),
});
