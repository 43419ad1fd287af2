import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, tasks, users } from '../../../db/index.ts';
import { findUserIdByRef } from '../../accounts/auth/users.ts';
import { afterCursor, afterKeys, type OrderKey, readCursor, toOrder, toPage } from '../../core/cursor.ts';
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

/** Tasks without a time come after all that have one. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** As the index has it; `ASSIGNED_ORDERS` says the same with a value that can be compared. */
const BY_URGENCY = [sql`${tasks.due_at} asc nulls last`, asc(tasks.id)];
const ASSIGNED_ORDERS: Record<'pending' | 'done', OrderKey[]> = {
  pending: [
    [sql`ifnull(${tasks.due_at}, ${sql.raw(String(NEVER))})`, 'asc'],
    [tasks.id, 'asc'],
  ],
  done: [
    [tasks.completed_at, 'desc'],
    [tasks.id, 'desc'],
  ],
};

function toAssignedKeys({ status, due_at, completed_at, id }: typeof tasks.$inferSelect) {
  return status === 'done' ? [status, completed_at ?? 0, id] : [status, due_at ?? NEVER, id];
}

/** The caller's tasks: pending ones, the most urgent first, then completed ones, the last first. */
export function listAssigned(
  ctx: UserContext,
  { status, type, limit, cursor }: z.output<typeof ListAssignedInput>,
): z.infer<typeof TaskList> {
  const [stage, ...keys] = cursor === undefined ? ['pending'] : readCursor(cursor, 3);
  const list = (listStatus: 'pending' | 'done') => {
    const order = ASSIGNED_ORDERS[listStatus];
    const filter = and(
      eq(tasks.user_id, ctx.caller.principal_id),
      // A literal, since SQLite cannot use the partial index with a parameter.
      sql`${tasks.status} = ${sql.raw(`'${listStatus}'`)}`,
      type && eq(tasks.type, type),
      stage === listStatus && keys.length > 0 ? afterKeys(keys, order) : undefined,
    );
    return ctx.db
      .select()
      .from(tasks)
      .where(filter)
      .orderBy(...(listStatus === 'done' ? toOrder(order) : BY_URGENCY))
      .limit(limit + 1)
      .all();
  };
  const found = status === 'done' || stage === 'done' ? [] : list('pending');
  if (status !== 'pending' && found.length <= limit) found.push(...list('done'));
  const { rows, next_cursor } = toPage(found, limit, toAssignedKeys);
  return { tasks: rows.map(toTask), next_cursor };
}

/** The tasks of everyone or of one user for administrators, the newest first. Throws NOT_FOUND. */
export function listTasks(
  ctx: UserContext,
  { user_id, status, type, limit, offset, cursor }: z.output<typeof ListTasksInput>,
): z.infer<typeof TaskPage> {
  const filter = and(
    user_id === undefined ? undefined : eq(tasks.user_id, getUserIdByRef(ctx.db, user_id)),
    status && eq(tasks.status, status),
    type && eq(tasks.type, type),
  );
  const found = ctx.db
    .select({ row: tasks, user: users })
    .from(tasks)
    .innerJoin(users, eq(users.id, tasks.user_id))
    .where(and(filter, afterCursor(cursor, [[tasks.id, 'desc']])))
    .orderBy(desc(tasks.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, ({ row }) => [row.id]);
  const total = ctx.db.select({ n: count() }).from(tasks).where(filter).get()?.n ?? 0;
  return { total, next_cursor, tasks: rows.map(({ row, user }) => toTaskWithUser(row, user)) };
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
