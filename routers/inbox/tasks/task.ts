import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, preparedStatements, tasks, users } from '../../../db/index.ts';
import { findUserIdByRef } from '../../accounts/auth/users.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ListAssignedInput, ListTasksInput, Task, TaskList, TaskPage } from './schemas.ts';

export type TaskRow = typeof tasks.$inferSelect;

/** A task of the caller. Throws NOT_FOUND. */
export function getTaskOrThrow({ db, caller }: UserContext, id: number): TaskRow {
  const row = db.select().from(tasks).where(eq(tasks.id, id)).get();
  if (!row || row.user_id !== caller.principal_id) throw new ApiError('NOT_FOUND');
  return row;
}

const statements = preparedStatements((db) => {
  const { placeholder } = sql;
  // A type of `null` matches every type.
  const matches = (status: 'pending' | 'done') =>
    and(
      eq(tasks.user_id, placeholder('user_id')),
      // A literal, since SQLite cannot use the partial index with a parameter.
      sql`${tasks.status} = ${sql.raw(`'${status}'`)}`,
      sql`coalesce(${tasks.type} = ${placeholder('type')}, true)`,
    );
  const list = (status: 'pending' | 'done', ...order: SQL[]) =>
    db
      .select()
      .from(tasks)
      .where(matches(status))
      .orderBy(...order)
      .limit(placeholder('limit'))
      .prepare();
  return {
    pending: list('pending', sql`${tasks.due_at} asc nulls last`, asc(tasks.id)),
    done: list('done', desc(tasks.completed_at), desc(tasks.id)),
  };
});

/** The caller's tasks: pending ones, the most urgent first, then completed ones, the last first. */
export function listAssigned(
  ctx: UserContext,
  { status, type, limit }: z.output<typeof ListAssignedInput>,
): z.infer<typeof TaskList> {
  const { pending, done } = statements(ctx.db);
  const params = { user_id: ctx.caller.principal_id, type: type ?? null };
  const rows = status === 'done' ? [] : pending.all({ ...params, limit });
  if (status !== 'pending') rows.push(...done.all({ ...params, limit: limit - rows.length }));
  return { tasks: rows.map(toTask) };
}

/** The tasks of everyone or of one user for administrators, the newest first. Throws NOT_FOUND. */
export function listTasks(
  ctx: UserContext,
  { user_id, status, type, limit, offset }: z.output<typeof ListTasksInput>,
): z.infer<typeof TaskPage> {
  const filter = and(
    user_id === undefined ? undefined : eq(tasks.user_id, getUserIdByRef(ctx.db, user_id)),
    status && eq(tasks.status, status),
    type && eq(tasks.type, type),
  );
  const rows = ctx.db
    .select({ row: tasks, user: users })
    .from(tasks)
    .innerJoin(users, eq(users.id, tasks.user_id))
    .where(filter)
    .orderBy(desc(tasks.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(tasks).where(filter).get()?.n ?? 0;
  return { total, tasks: rows.map(({ row, user }) => toTaskWithUser(row, user)) };
}

/** The user of an `id` or `user_…`. Throws NOT_FOUND. */
export function getUserIdByRef(db: Db, user_id: string | number): number {
  const id = findUserIdByRef(db, user_id);
  if (id === null) throw new ApiError('NOT_FOUND');
  return id;
}

export function toTask(row: TaskRow): z.infer<typeof Task> {
  const { id, type, title, description, status, payload, due_at, created_at, completed_at } = row;
  return {
    ...{ id, type, title, description, status, payload },
    due_at: due_at === null ? null : toIso(due_at),
    created_at: toIso(created_at),
    completed_at: completed_at === null ? null : toIso(completed_at),
  };
}

export function toTaskWithUser(row: TaskRow, { user_id, username }: { user_id: string; username: string }) {
  return { ...toTask(row), user_id, username };
}
