import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { FreeObject } from '../../core/free-form.ts';
import { Instant } from '../../core/instant.ts';
import { localizedMessage } from '../../core/validation-messages.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';

const TaskType = z.enum(['quiz', 'mission', 'tutorial']).meta({ example: 'quiz' });
const TaskStatus = z.enum(['pending', 'done']).meta({ example: 'pending' });
const UserRef = z.union([z.int(), z.string().min(1).max(60)]);

const TaskTitle = TrimmedText(200).meta({ example: 'Git 브랜치 퀴즈 풀기' });
const taskPayload = FreeObject;

const MAX_PAYLOAD_CHARS = 16_384;

export const AssignInput = z.object({
  user_id: z
    .union([UserRef, z.array(UserRef).min(1).max(100)])
    .meta({ description: 'Whose task it is, by `id` or `user_…`; several get one each', example: 123 }),
  type: TaskType,
  title: TaskTitle,
  description: z.string().trim().max(5000).nullish().meta({ example: '10문제를 모두 풀면 완료됩니다.' }),
  payload: taskPayload
    .refine(
      (payload) => JSON.stringify(payload).length <= MAX_PAYLOAD_CHARS,
      localizedMessage(
        `JSON으로 ${MAX_PAYLOAD_CHARS}자까지 입력할 수 있습니다`,
        `Enter at most ${MAX_PAYLOAD_CHARS} characters of JSON`,
      ),
    )
    .default({})
    .meta({
      description: 'A quiz task that names a `pool_id` is done when its user finishes a quiz of that pool',
      example: { pool_id: 5 },
    }),
  due_at: Instant.nullish().meta({
    description: 'Its user is reminded a day before',
    example: '2026-12-01T09:00:00Z',
  }),
});

export const Task = z
  .object({
    id: z.int().meta({ example: 31 }),
    type: TaskType,
    title: TaskTitle,
    description: z.string().nullable().meta({ example: '10문제를 모두 풀면 완료됩니다.' }),
    status: TaskStatus,
    payload: taskPayload.meta({ example: { pool_id: 5 } }),
    due_at: Timestamp.nullable(),
    created_at: Timestamp,
    completed_at: Timestamp.nullable().meta({ example: null }),
  })
  .meta({ id: 'Task' });

const UserTask = Task.extend({
  user_id: z.string().meta({ description: 'Whose it is', example: 'user_20251027_001' }),
  username: z.string().meta({ example: 'kim' }),
}).meta({ id: 'TaskOfUser' });

export const AssignedTasks = z.object({ tasks: z.array(UserTask) });

export const ListAssignedInput = z.object({
  status: TaskStatus.optional(),
  type: TaskType.optional(),
  limit: Limit(50),
  cursor: Cursor,
});

export const TaskList = z.object({
  next_cursor: NextCursor,
  tasks: z
    .array(Task)
    .meta({ description: 'What is to be done, the most urgent first; then what was done last' }),
});

export const TaskId = z.object({ id: z.int().min(1).meta({ example: 31 }) });

export const ListTasksInput = z.object({
  user_id: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'By `id` or `user_…`', example: 'user_20251027_001' }),
  status: TaskStatus.optional(),
  type: TaskType.optional(),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

export const TaskPage = z.object({ total: z.int(), next_cursor: NextCursor, tasks: z.array(UserTask) });
