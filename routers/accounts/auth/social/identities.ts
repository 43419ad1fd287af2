import { and, eq } from 'drizzle-orm';
import { type Db, identities, users } from '../../../../db/index.ts';
import type { Context } from '../../../core/context.ts';
import { ApiError } from '../../../core/errors.ts';
import { Email, Nickname } from '../schemas.ts';
import { endSessions } from '../sessions.ts';
import {
  createUser,
  findFreeUsername,
  findUserByName,
  generatePlaceholderEmail,
  type UserRow,
} from '../users.ts';
import type { Person } from './provider.ts';

/**
 * The account of a person: the one that came before, the one that has the same address, or a new one. Throws
 * AUTH_FAILED for one that is locked.
 */
export function getOrCreateAccount(ctx: Context, person: Person): UserRow {
  const known = knownAccount(ctx.db, person);
  if (known) return unlocked(known);
  const email = Email.safeParse(person.email).data ?? null;
  const holder = email === null ? undefined : findUserByName(ctx.db, email);
  const user = holder ? join(ctx, unlocked(holder)) : makeAccount(ctx, { ...person, email });
  const { provider, subject } = person;
  ctx.db
    .insert(identities)
    .values({ provider, subject, user_id: user.id, created_at: ctx.clock.now() })
    .run();
  return user;
}

function knownAccount(db: Db, { provider, subject }: Person): UserRow | undefined {
  return db
    .select({ user: users })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.user_id))
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
    .get()?.user;
}

function unlocked(user: UserRow): UserRow {
  if (user.locked_at !== null) throw new ApiError('AUTH_FAILED');
  return user;
}

/**
 * The person who has proved the address gets its account. As long as nobody had, it may be of someone who registered
 * with an address of others and waits for them: then no other way into it stays.
 */
function join(ctx: Context, user: UserRow): UserRow {
  if (user.email_verified_at !== null) return user;
  const { caller } = ctx.auth;
  const here = caller.kind === 'user' && caller.principal_id === user.id ? caller.session_id : null;
  if (here === null) {
    endSessions(ctx.db, user.id);
    ctx.db.delete(identities).where(eq(identities.user_id, user.id)).run();
  }
  const now = ctx.clock.now();
  return ctx.db
    .update(users)
    .set({ email_verified_at: now, updated_at: now, ...(here === null ? { password_hash: null } : {}) })
    .where(eq(users.id, user.id))
    .returning()
    .get();
}

function makeAccount(ctx: Context, { provider, email, name }: Person): UserRow {
  const username = findFreeUsername(ctx.db, email ?? name ?? provider);
  const user = createUser(ctx.db, ctx.clock, {
    email: email ?? generatePlaceholderEmail(ctx.random),
    email_verified: email !== null,
    username,
    nickname: Nickname.safeParse(name).data ?? username,
    password_hash: null,
  });
  ctx.emit({ type: 'user.registered', principal_id: user.id, payload: { user_id: user.user_id } });
  return user;
}
