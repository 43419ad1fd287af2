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
import type { SocialIdentity } from './provider.ts';

/**
 * The account of a person: the one linked to the identity, else the one with the same verified address, else a new one.
 * Throws AUTH_FAILED when the account is locked.
 */
export function getOrCreateAccount(ctx: Context, identity: SocialIdentity): UserRow {
  const account = findLinkedAccount(ctx.db, identity);
  if (account) return assertNotLocked(account);
  const email = Email.safeParse(identity.email).data ?? null;
  const holder = email === null ? undefined : findUserByName(ctx.db, email);
  const user = holder
    ? claimAccount(ctx, assertNotLocked(holder))
    : createSocialAccount(ctx, { ...identity, email });
  const { provider, subject } = identity;
  ctx.db
    .insert(identities)
    .values({ provider, subject, user_id: user.id, created_at: ctx.clock.now() })
    .run();
  return user;
}

function findLinkedAccount(db: Db, { provider, subject }: SocialIdentity): UserRow | undefined {
  return db
    .select({ user: users })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.user_id))
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
    .get()?.user;
}

function assertNotLocked(user: UserRow): UserRow {
  if (user.locked_at !== null) throw new ApiError('AUTH_FAILED');
  return user;
}

/**
 * Gives the account with an address to the person who has proved to own it. An unverified account may have been
 * registered by someone else in advance, so its password, sessions and identities are removed.
 */
function claimAccount(ctx: Context, user: UserRow): UserRow {
  if (user.email_verified_at !== null) return user;
  const { caller } = ctx.auth;
  const isOwnSession = caller.kind === 'user' && caller.principal_id === user.id;
  if (!isOwnSession) {
    endSessions(ctx.db, user.id);
    ctx.db.delete(identities).where(eq(identities.user_id, user.id)).run();
  }
  const now = ctx.clock.now();
  return ctx.db
    .update(users)
    .set({ email_verified_at: now, updated_at: now, ...(isOwnSession ? {} : { password_hash: null }) })
    .where(eq(users.id, user.id))
    .returning()
    .get();
}

function createSocialAccount(ctx: Context, { provider, email, name }: SocialIdentity): UserRow {
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
