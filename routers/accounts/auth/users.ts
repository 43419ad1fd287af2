import { and, asc, count, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { type Db, principals, users } from '../../../db/index.ts';
import type { Clock, Random } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';

export type UserRow = typeof users.$inferSelect;

/** Reserved by RFC 2606: nobody has an address there. */
const NO_EMAIL = '@no-email.invalid';

/** What stands in for the address of an account without one. Random, so that nobody takes it beforehand. */
export function generatePlaceholderEmail(random: Random): string {
  return random.uuid() + NO_EMAIL;
}

/** The address of an account; null when it has none. */
export function toPublicEmail({ email }: Pick<UserRow, 'email'>): string | null {
  return email.endsWith(NO_EMAIL) ? null : email;
}

export interface NewUser {
  email: string;
  /** someone vouches that the address is this person's */
  email_verified?: boolean;
  /** the part before `@`, made unique, unless given */
  username?: string | undefined;
  nickname?: string | undefined;
  password_hash: string | null;
  role?: 'user' | 'admin';
}

/** Makes a user. Throws EMAIL_TAKEN, USERNAME_TAKEN. */
export function createUser(db: Db, clock: Clock, wanted: NewUser): UserRow {
  if (findUserByName(db, wanted.email)) throw new ApiError('EMAIL_TAKEN');
  if (wanted.username && findUserByName(db, wanted.username)) throw new ApiError('USERNAME_TAKEN');
  const now = clock.now();
  const { id } = db
    .insert(principals)
    .values({ kind: 'user', created_at: now })
    .returning({ id: principals.id })
    .get();
  const username = wanted.username ?? findFreeUsername(db, wanted.email);
  return db
    .insert(users)
    .values({
      id,
      user_id: nextUserId(db, now),
      email: wanted.email,
      email_verified_at: wanted.email_verified ? now : null,
      username,
      nickname: wanted.nickname ?? username,
      role: wanted.role ?? 'user',
      password_hash: wanted.password_hash,
      created_at: now,
      updated_at: now,
    })
    .returning()
    .get();
}

/** The user of an e-mail address or username, whatever its case. */
export function findUserByName(db: Db | Db, name: string): UserRow | undefined {
  const wanted = name.trim().toLowerCase();
  return db
    .select()
    .from(users)
    .where(or(eq(sql`lower(${users.email})`, wanted), eq(sql`lower(${users.username})`, wanted)))
    .get();
}

export function getUserOrThrow(db: Db | Db, id: number): UserRow {
  const row = db.select().from(users).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('SESSION_EXPIRED');
  return row;
}

/** The administrator who was first and is not locked out. */
export function findFirstAdmin(db: Db | Db): number | null {
  const open = and(eq(users.role, 'admin'), isNull(users.locked_at));
  return db.select({ id: users.id }).from(users).where(open).orderBy(asc(users.id)).get()?.id ?? null;
}

/** Throws CONFLICT when nobody but this user could administer: the product would be locked from everyone. */
export function assertNotLastAdmin(db: Db, row: UserRow): void {
  if (row.role !== 'admin' || row.locked_at !== null) return;
  const able = and(eq(users.role, 'admin'), isNull(users.locked_at));
  if ((db.select({ n: count() }).from(users).where(able).get()?.n ?? 0) > 1) return;
  throw new ApiError('CONFLICT', {
    issues: [
      {
        path: '',
        ko: '마지막 관리자입니다. 먼저 다른 사용자를 관리자로 지정해주세요.',
        en: 'This is the last administrator. Make someone else one first.',
      },
    ],
  });
}

/** `user_YYYYMMDD_NNN`: the day in UTC and a number that counts up within it. */
function nextUserId(db: Db, now: number): string {
  const prefix = `user_${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}_`;
  const last = db
    .select({ n: sql<number | null>`max(cast(substr(${users.user_id}, ${prefix.length + 1}) as integer))` })
    .from(users)
    .where(and(gt(users.user_id, prefix), lt(users.user_id, `${prefix}~`)))
    .get();
  return prefix + String((last?.n ?? 0) + 1).padStart(3, '0');
}

/** A username nobody has, like a name or the part of an address before `@`. */
export function findFreeUsername(db: Db, like: string): string {
  const local = like.split('@', 1)[0] ?? '';
  const base = local
    .replace(/[^\p{L}\p{N}._+-]/gu, '')
    .padEnd(2, '0')
    .slice(0, 32);
  let name = base;
  for (let n = 2; findUserByName(db, name); n++) name = `${base}${n}`;
  return name;
}
