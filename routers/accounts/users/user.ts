import { and, count, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { api_keys, type Db, sessions, users } from '../../../db/index.ts';
import type { AdminContext } from '../../core/audit.ts';
import { afterCursor, type OrderKey, toOrder, toPage } from '../../core/cursor.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { findUserByName, toPublicEmail, type UserRow } from '../auth/users.ts';
import type { AdminUser, ListUsersInput, UserPage } from './schemas.ts';

/** Throws NOT_FOUND. */
export function getUserRowOrThrow(db: Db, id: number): UserRow {
  const row = db.select().from(users).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  return row;
}

/** The `id` of the user with an e-mail address or username. Throws NOT_FOUND. */
export function getUserIdByName(db: Db, name: string): number {
  const row = findUserByName(db, name);
  if (!row) throw new ApiError('NOT_FOUND');
  return row.id;
}

const LAST_SEEN = sql`ifnull(last_seen_at, 0)`;
const SORT_ORDERS: Record<z.infer<typeof ListUsersInput>['sort'], OrderKey[]> = {
  newest: [[users.id, 'desc']],
  oldest: [[users.id, 'asc']],
  last_seen: [
    [LAST_SEEN, 'desc'],
    [users.id, 'desc'],
  ],
};

/** Users for administrators, with their last login and their numbers of sessions and API keys. */
export function listUsers(
  ctx: AdminContext,
  input: z.infer<typeof ListUsersInput>,
): z.infer<typeof UserPage> {
  const { search, role, locked } = input;
  const filter = and(
    search === undefined ? undefined : matchesSearch(search),
    role && eq(users.role, role),
    locked === undefined ? undefined : locked ? isNotNull(users.locked_at) : isNull(users.locked_at),
  );
  const total = ctx.db.select({ n: count() }).from(users).where(filter).get()?.n ?? 0;
  const order = SORT_ORDERS[input.sort];
  const found = selectAdminUsers(ctx.db, ctx.clock.now())
    .where(and(filter, afterCursor(input.cursor, order)))
    .orderBy(...toOrder(order))
    .limit(input.limit + 1)
    .offset(input.offset)
    .all();
  const toKeys = ({ user, last_seen_at }: (typeof found)[number]) =>
    input.sort === 'last_seen' ? [last_seen_at ?? 0, user.id] : [user.id];
  const { rows, next_cursor } = toPage(found, input.limit, toKeys);
  return { total, next_cursor, users: rows.map(toAdminUser) };
}

/** Throws NOT_FOUND. */
export function getAdminUser(ctx: AdminContext, id: number): AdminUser {
  const row = selectAdminUsers(ctx.db, ctx.clock.now()).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  return toAdminUser(row);
}

function selectAdminUsers(db: Db, now: number) {
  const activeSession = and(eq(sessions.principal_id, users.id), gt(sessions.expires_at, now));
  const activeKey = and(eq(api_keys.user_id, users.id), isNull(api_keys.revoked_at));
  return db
    .select({
      user: users,
      last_seen_at: sql<
        number | null
      >`(select max(${sessions.last_used_at}) from ${sessions} where ${activeSession})`.as('last_seen_at'),
      sessions: sql<number>`(select count(*) from ${sessions} where ${activeSession})`,
      api_keys: sql<number>`(select count(*) from ${api_keys} where ${activeKey})`,
    })
    .from(users);
}

function toAdminUser({
  user,
  last_seen_at,
  ...counts
}: ReturnType<ReturnType<typeof selectAdminUsers>['all']>[number]): AdminUser {
  const { id, user_id, username, nickname, role, locked_at, created_at } = user;
  return {
    id,
    user_id,
    username,
    email: toPublicEmail(user),
    nickname,
    role,
    locked_at: locked_at === null ? null : toIso(locked_at),
    created_at: toIso(created_at),
    last_seen_at: last_seen_at === null ? null : toIso(last_seen_at),
    ...counts,
  };
}

/** Matches users by a substring, in which `%` and `_` are plain characters. */
function matchesSearch(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const fields = [users.email, users.username, users.nickname, users.user_id];
  return or(...fields.map((field) => sql`${field} like ${pattern} escape '\\'`));
}
