import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { transact, users } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { assertPasswordNotCommon, hashPassword } from '../auth/passwords.ts';
import { endSessions } from '../auth/sessions.ts';
import { findUserByName, getUserOrThrow, toPublicEmail, type UserRow } from '../auth/users.ts';
import { reauthenticate } from './reauthenticate.ts';
import type { Profile, ProfileChange } from './schemas.ts';

export function getProfile(ctx: UserContext): Profile {
  return toProfile(getUserOrThrow(ctx.db, ctx.caller.principal_id));
}

/**
 * Changes the fields that are given. A new password needs the old one and ends every other session. Throws AUTH_FAILED,
 * EMAIL_TAKEN, INVALID_INPUT, RATE_LIMIT_EXCEEDED.
 */
export async function updateProfile(
  ctx: UserContext,
  change: z.infer<typeof ProfileChange>,
): Promise<Profile> {
  const id = ctx.caller.principal_id;
  const password_hash = await hashNewPassword(ctx, change);
  const updated = transact(ctx.db, () => {
    const holder = change.email ? findUserByName(ctx.db, change.email) : undefined;
    if (holder && holder.id !== id) throw new ApiError('EMAIL_TAKEN');
    // The same address again stays verified.
    const isNewEmail = change.email !== undefined && !holder;
    if (password_hash) endSessions(ctx.db, id, ctx.caller.session_id);
    return ctx.db
      .update(users)
      .set({
        ...(change.display_name ? { display_name: change.display_name } : {}),
        ...(change.email ? { email: change.email } : {}),
        ...(isNewEmail ? { email_verified_at: null } : {}),
        ...(password_hash ? { password_hash } : {}),
        updated_at: ctx.clock.now(),
      })
      .where(eq(users.id, id))
      .returning()
      .get();
  });
  return toProfile(updated);
}

async function hashNewPassword(
  ctx: UserContext,
  { old_password, new_password }: z.infer<typeof ProfileChange>,
): Promise<string | null> {
  if (new_password === undefined) return null;
  await reauthenticate(ctx, old_password);
  await assertPasswordNotCommon(new_password, 'new_password');
  return hashPassword(new_password);
}

export function toProfile(user: UserRow): Profile {
  const { id, user_id, username, nickname, role } = user;
  return {
    id,
    user_id,
    username,
    email: toPublicEmail(user),
    nickname,
    display_name: user.display_name ?? nickname,
    role,
    user_type: 'registered',
    created_at: toIso(user.created_at),
  };
}
