import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { foldEmail, transact, users } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { assertPasswordStrong, hashPassword } from '../auth/passwords.ts';
import { endSessions } from '../auth/sessions.ts';
import { findUserByName, getUserOrThrow, toPublicEmail, type UserRow } from '../auth/users.ts';
import { reauthenticate } from './reauthenticate.ts';
import type { Profile, ProfileChange } from './schemas.ts';

export function getProfile(ctx: UserContext): Profile {
  return toProfile(getUserOrThrow(ctx.db, ctx.caller.principal_id));
}

/**
 * Changes the fields that are given. A new e-mail address and a new password need the password; a new password ends
 * every other session. Throws PASSWORD_REQUIRED, AUTH_FAILED, EMAIL_TAKEN, INVALID_INPUT, RATE_LIMIT_EXCEEDED.
 */
export async function updateProfile(
  ctx: UserContext,
  change: z.infer<typeof ProfileChange>,
): Promise<Profile> {
  const id = ctx.caller.principal_id;
  const before = getUserOrThrow(ctx.db, id);
  const { email, display_name } = change;
  // The same address in whichever spelling stays as verified as it was.
  const isNewEmail = email !== undefined && foldEmail(email) !== before.email_key;
  if (isNewEmail || change.new_password !== undefined) await reauthenticate(ctx, change.old_password);
  const password_hash = await hashNewPassword(change, before);
  const updated = transact(ctx.db, () => {
    if (isNewEmail && findUserByName(ctx.db, email)) throw new ApiError('EMAIL_TAKEN');
    if (password_hash) endSessions(ctx.db, id, ctx.caller.session_id);
    if (isNewEmail) ctx.emit({ type: 'account.changed', principal_id: id, payload: { change: 'email' } });
    if (password_hash)
      ctx.emit({ type: 'account.changed', principal_id: id, payload: { change: 'password' } });
    return ctx.db
      .update(users)
      .set({
        ...(display_name ? { display_name } : {}),
        ...(email ? { email } : {}),
        ...(isNewEmail ? { email_key: foldEmail(email), email_verified_at: null } : {}),
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
  { email, new_password }: z.infer<typeof ProfileChange>,
  user: UserRow,
): Promise<string | null> {
  if (new_password === undefined) return null;
  await assertPasswordStrong(new_password, 'new_password', [user.email, user.username, user.nickname, email]);
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
