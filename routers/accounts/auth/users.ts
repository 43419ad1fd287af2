import { and, asc, count, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { type Db, foldEmail, foldName, principals, users } from '../../../db/index.ts';
import type { Clock, Random } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { isMixedAlphabet, isReservedUsername } from './usernames.ts';

export type UserRow = typeof users.$inferSelect;

/** RFC 2606 reserves `.invalid`, so nobody has an address there. */
const PLACEHOLDER_DOMAIN = '@no-email.invalid';

/** A unique address for an account without one. It is random, so that nobody can register it beforehand. */
export function generatePlaceholderEmail(random: Random): string {
  return random.uuid() + PLACEHOLDER_DOMAIN;
}

/** The e-mail address of an account; null for a placeholder. */
export function toPublicEmail({ email }: Pick<UserRow, 'email'>): string | null {
  return email.endsWith(PLACEHOLDER_DOMAIN) ? null : email;
}

export interface NewUser {
  email: string;
  /** the address is known to be this person's */
  email_verified?: boolean;
  /** the part before `@`, made unique, unless given */
  username?: string | undefined;
  nickname?: string | undefined;
  password_hash: string | null;
  role?: 'user' | 'admin';
}

/** Throws EMAIL_TAKEN, USERNAME_TAKEN. */
export function assertNamesFree(db: Db, { email, username }: Pick<NewUser, 'email' | 'username'>): void {
  if (findUserByName(db, email)) throw new ApiError('EMAIL_TAKEN');
  if (username && findUserByName(db, username)) throw new ApiError('USERNAME_TAKEN');
}

/** Creates a user. Throws EMAIL_TAKEN, USERNAME_TAKEN. */
export function createUser(db: Db, clock: Clock, user: NewUser): UserRow {
  assertNamesFree(db, user);
  const now = clock.now();
  const { id } = db
    .insert(principals)
    .values({ kind: 'user', created_at: now })
    .returning({ id: principals.id })
    .get();
  const username = user.username ?? findFreeUsername(db, user.email);
  return db
    .insert(users)
    .values({
      id,
      user_id: nextUserId(db, now),
      email: user.email,
      email_key: foldEmail(user.email),
      email_verified_at: user.email_verified ? now : null,
      username,
      username_key: foldName(username),
      nickname: user.nickname ?? username,
      role: user.role ?? 'user',
      password_hash: user.password_hash,
      created_at: now,
      updated_at: now,
    })
    .returning()
    .get();
}

/** The user with an e-mail address or username, in whichever spelling: see `foldName`. */
export function findUserByName(db: Db, name: string): UserRow | undefined {
  const folded = foldName(name);
  const isNamed = folded.includes('@')
    ? eq(users.email_key, foldEmail(folded))
    : eq(users.username_key, folded);
  return db.select().from(users).where(isNamed).get();
}

/**
 * The user whose `id` or `user_…` a client sent; null when there is none, and for any other value.
 */
export function findUserIdByRef(db: Db, ref: unknown): number | null {
  if (typeof ref !== 'number' && typeof ref !== 'string') return null;
  const publicId = eq(users.user_id, String(ref));
  const isNamed = /^\d+$/.test(String(ref)) ? or(eq(users.id, Number(ref)), publicId) : publicId;
  return db.select({ id: users.id }).from(users).where(isNamed).get()?.id ?? null;
}

/** The role of a user as it is now; null when the user was deleted. */
export function findUserRole(db: Db, id: number): UserRow['role'] | null {
  return db.select({ role: users.role }).from(users).where(eq(users.id, id)).get()?.role ?? null;
}

/** Throws SESSION_EXPIRED when the user was deleted. */
export function getUserOrThrow(db: Db, id: number): UserRow {
  const row = db.select().from(users).where(eq(users.id, id)).get();
  if (!row) throw new ApiError('SESSION_EXPIRED');
  return row;
}

/** The oldest administrator who is not locked. */
export function findFirstAdmin(db: Db): number | null {
  const isActiveAdmin = and(eq(users.role, 'admin'), isNull(users.locked_at));
  return (
    db.select({ id: users.id }).from(users).where(isActiveAdmin).orderBy(asc(users.id)).get()?.id ?? null
  );
}

/** Throws CONFLICT when no other user could administer the product. */
export function assertNotLastAdmin(db: Db, row: UserRow): void {
  if (row.role !== 'admin' || row.locked_at !== null) return;
  const isActiveAdmin = and(eq(users.role, 'admin'), isNull(users.locked_at));
  if ((db.select({ n: count() }).from(users).where(isActiveAdmin).get()?.n ?? 0) > 1) return;
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

/** `user_YYYYMMDD_NNN`: the day in UTC and the number of the user within it. */
function nextUserId(db: Db, now: number): string {
  const prefix = `user_${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}_`;
  const last = db
    .select({ n: sql<number | null>`max(cast(substr(${users.user_id}, ${prefix.length + 1}) as integer))` })
    .from(users)
    .where(and(gt(users.user_id, prefix), lt(users.user_id, `${prefix}~`)))
    .get();
  return prefix + String((last?.n ?? 0) + 1).padStart(3, '0');
}

/** An unused username that resembles a name, or the part of an address before `@`. */
export function findFreeUsername(db: Db, like: string): string {
  const local = (like.split('@', 1)[0] ?? '').normalize('NFKC').replace(/[^\p{L}\p{N}._+-]/gu, '');
  const base = [...(isMixedAlphabet(local) ? 'user' : local).padEnd(2, '0')].slice(0, 32).join('');
  let name = base;
  for (let n = 2; isReservedUsername(name) || findUserByName(db, name); n++) name = `${base}${n}`;
  return name;
}
