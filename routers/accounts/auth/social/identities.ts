import { and, eq } from 'drizzle-orm';
import { type Db, identities, users } from '../../../../db/index.ts';
import type { Context } from '../../../core/context.ts';
import { ApiError } from '../../../core/errors.ts';
import { Email, Nickname } from '../schemas.ts';
import { isRecentlyAuthenticated } from '../sessions.ts';
import {
  createUser,
  findFreeUsername,
  findUserByName,
  generatePlaceholderEmail,
  type UserRow,
} from '../users.ts';

import type { SocialIdentity } from './provider.ts';

/**
 * The account of a person: the one linked to the identity, else the one whose verified address it is, else a new one.
 * Throws AUTH_FAILED when the account is locked.
 */
export function getOrCreateAccount(ctx: Context, identity: SocialIdentity): UserRow {
  const account = findLinkedAccount(ctx.db, identity);
  if (account) return assertNotLocked(account);
  const email = Email.safeParse(identity.email).data ?? null;
  const holder = email === null ? undefined : findUserByName(ctx.db, email);
  const isJoining = holder !== undefined && canJoin(ctx, assertNotLocked(holder));
  const user = isJoining
    ? joinAccount(ctx, holder)
    : createSocialAccount(ctx, { ...identity, email: holder ? null : email });
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
 * Whether the identity may get into an account with its address. An address that nobody has verified may have been
 * entered by someone who wants to share the account of its owner, or to take that of another; then only its user may
 * link the identity, having just logged in by themselves.
 */
function canJoin(ctx: Context, holder: UserRow): boolean {
  if (holder.email_verified_at !== null) return true;
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || caller.principal_id !== holder.id) return false;
  return isRecentlyAuthenticated(ctx.db, caller.session_id, ctx.clock.now());
}

function joinAccount(ctx: Context, holder: UserRow): UserRow {
  const now = ctx.clock.now();
  ctx.emit({ type: 'account.changed', principal_id: holder.id, payload: { change: 'identity' } });
  return ctx.db
    .update(users)
    .set({ email_verified_at: holder.email_verified_at ?? now, updated_at: now })
    .where(eq(users.id, holder.id))
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
