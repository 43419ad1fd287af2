import { and, asc, count, desc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { api_keys, type Db, sessions, users } from '../../../db/index.ts';
import type { AdminContext } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { findUserByName, toPublicEmail, type UserRow } from '../auth/users.ts';
import type { AdminUser, UserPage, UsersInput } from './schemas.ts';

/** Throws NOT_FOUND. */
export function getUserRowOrThrow(db: Db, id: number): UserRow {
  const row = db.select().from(users).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  return row;
}

/** The `id` of an e-mail address or username, as the command line names users. Throws NOT_FOUND. */
export function getUserIdByName(db: Db, name: string): number {
  const row = findUserByName(db, name);
  if (!row) throw new ApiError('NOT_FOUND');
  return row.id;
}

const ORDERS = {
  newest: desc(users.id),
  oldest: asc(users.id),
  last_seen: sql`last_seen_at desc, ${users.id} desc`,
};

/** Users as an administrator sees them, with what their logins and keys tell. */
export function listUsers(ctx: AdminContext, input: z.infer<typeof UsersInput>): z.infer<typeof UserPage> {
  const { search, role, locked } = input;
  const wanted = and(
    search === undefined ? undefined : matches(search),
    role && eq(users.role, role),
    locked === undefined ? undefined : locked ? isNotNull(users.locked_at) : isNull(users.locked_at),
  );
  const total = ctx.db.select({ n: count() }).from(users).where(wanted).get()?.n ?? 0;
  const rows = selectShown(ctx.db, ctx.clock.now())
    .where(wanted)
    .orderBy(ORDERS[input.sort])
    .limit(input.limit)
    .offset(input.offset)
    .all();
  return { total, users: rows.map(shown) };
}

export function getAdminUser(ctx: AdminContext, id: number): AdminUser {
  const row = selectShown(ctx.db, ctx.clock.now()).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  return shown(row);
}

function selectShown(db: Db, now: number) {
  const standing = and(eq(sessions.principal_id, users.id), gt(sessions.expires_at, now));
  const usable = and(eq(api_keys.user_id, users.id), isNull(api_keys.revoked_at));
  return db
    .select({
      user: users,
      last_seen_at: sql<
        number | null
      >`(select max(${sessions.last_used_at}) from ${sessions} where ${standing})`.as('last_seen_at'),
      sessions: sql<number>`(select count(*) from ${sessions} where ${standing})`,
      api_keys: sql<number>`(select count(*) from ${api_keys} where ${usable})`,
    })
    .from(users);
}

function shown({
  user,
  last_seen_at,
  ...counts
}: ReturnType<ReturnType<typeof selectShown>['all']>[number]): AdminUser {
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

/** What is looked for is text: `%` and `_` stand for themselves. */
function matches(text: string): SQL | undefined {
  const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const fields = [users.email, users.username, users.nickname, users.user_id];
  return or(...fields.map((field) => sql`${field} like ${part} escape '\\'`));
}
