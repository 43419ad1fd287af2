import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { users } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { iso } from '../../core/wire-types.ts';
import { hashPassword, refuseCommonPassword } from '../auth/passwords.ts';
import { endSessions } from '../auth/sessions.ts';
import { emailOf, findUser, type UserRow, userById } from '../auth/users.ts';
import { proveMyself } from './reauthenticate.ts';
import type { Profile, ProfileChange } from './schemas.ts';

export function getProfile(ctx: UserContext): Profile {
  return profileOf(userById(ctx.db, ctx.me.principal_id));
}

/** Changes what was sent. A new password needs the old one and ends every other session. */
export async function updateProfile(
  ctx: UserContext,
  change: z.infer<typeof ProfileChange>,
): Promise<Profile> {
  const id = ctx.me.principal_id;
  const password_hash = await newPasswordHash(ctx, change);
  const updated = ctx.db.transaction(
    (tx) => {
      const holder = change.email ? findUser(tx, change.email) : undefined;
      if (holder && holder.id !== id) throw new ApiError('EMAIL_TAKEN');
      // The same address again is as sure as it was.
      const moved = change.email !== undefined && !holder;
      if (password_hash) endSessions(tx, id, ctx.me.session_id);
      return tx
        .update(users)
        .set({
          ...(change.display_name ? { display_name: change.display_name } : {}),
          ...(change.email ? { email: change.email } : {}),
          ...(moved ? { email_verified_at: null } : {}),
          ...(password_hash ? { password_hash } : {}),
          updated_at: ctx.clock.now(),
        })
        .where(eq(users.id, id))
        .returning()
        .get();
    },
    { behavior: 'immediate' },
  );
  return profileOf(updated);
}

async function newPasswordHash(
  ctx: UserContext,
  { old_password, new_password }: z.infer<typeof ProfileChange>,
): Promise<string | null> {
  if (new_password === undefined) return null;
  await proveMyself(ctx, old_password);
  await refuseCommonPassword(new_password, 'new_password');
  return hashPassword(new_password);
}

export function profileOf(user: UserRow): Profile {
  const { id, user_id, username, nickname, role } = user;
  return {
    id,
    user_id,
    username,
    email: emailOf(user),
    nickname,
    display_name: user.display_name ?? nickname,
    role,
    user_type: 'registered',
    created_at: iso(user.created_at),
  };
}
