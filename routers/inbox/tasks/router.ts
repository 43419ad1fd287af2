import { adminProcedure, router, userProcedure } from '../../core/procedures.ts';
import { assignTask } from './assign.ts';
import { completeTask } from './complete.ts';
import { AssignedTasks, AssignInput, ListAssignedInput, Task, TaskId, TaskList } from './schemas.ts';
import { listAssigned } from './task.ts';

const tags = ['Inbox'];

export const tasksRouter = router({
  assigned: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/tasks/assigned',
        tags,
        summary: "List the caller's tasks",
        description: 'Pending ones first, the most urgent on top. `status` and `type` filter them.',
      },
    })
    .input(ListAssignedInput)
    .output(TaskList)
    .query(({ ctx, input }) => listAssigned(ctx, input)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/tasks',
        tags,
        summary: 'Assign a task to users',
        description: 'Administrators assign a task to one user or several, who are notified.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(AssignInput)
    .output(AssignedTasks)
    .mutation(({ ctx, input }) => assignTask(ctx, input)),

  complete: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/tasks/{id}/complete',
        tags,
        summary: 'Complete a task',
        description: "Marks the caller's own task as done. A second time changes nothing.",
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(TaskId)
    .output(Task)
    .mutation(({ ctx, input }) => completeTask(ctx, input)),
});
