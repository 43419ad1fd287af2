import { z } from 'zod';
import { adminProcedure, router, userProcedure } from '../../core/procedures.ts';
import { assignTask, removeTask } from './assign.ts';
import { completeTask } from './complete.ts';
import {
  AssignedTasks,
  AssignInput,
  ListAssignedInput,
  ListTasksInput,
  Task,
  TaskId,
  TaskList,
  TaskPage,
} from './schemas.ts';
import { listAssigned, listTasks } from './task.ts';

const tags = ['Inbox'];

export const tasksRouter = router({
  assigned: userProcedure
    .meta({ openapi: { method: 'GET', path: '/tasks/assigned', tags, summary: 'What is asked of me' } })
    .input(ListAssignedInput)
    .output(TaskList)
    .query(({ ctx, input }) => listAssigned(ctx, input)),

  create: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/tasks', tags, summary: 'Assign a task to users' },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(AssignInput)
    .output(AssignedTasks)
    .mutation(({ ctx, input }) => assignTask(ctx, input)),

  complete: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/tasks/{id}/complete', tags, summary: 'Say that a task is done' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(TaskId)
    .output(Task)
    .mutation(({ ctx, input }) => completeTask(ctx, input)),
});

const adminTags = ['Admin'];

export const tasksAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/tasks', tags: adminTags, summary: 'The tasks of all users' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListTasksInput)
    .output(TaskPage)
    .query(({ ctx, input }) => listTasks(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/tasks/{id}', tags: adminTags, summary: 'Delete a task' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(TaskId)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeTask(ctx, input)),
});
