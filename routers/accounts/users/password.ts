import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { transact, users } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import type { UserContext } from '../../core/procedures.ts';
import { assertPasswordStrong, hashPassword } from '../auth/passwords.ts';
import { endSessions } from '../auth/sessions.ts';
import { createUser } from '../auth/users.ts';
import { reauthenticate } from '../me/reauthenticate.ts';
import type {
  CreateUserInput,
  NewUserResponse,
  ResetPasswordInput,
  ResetPasswordResponse,
} from './schemas.ts';
import { getAdminUser, getUserRowOrThrow } from './user.ts';

/** Creates a user who has not registered. Throws EMAIL_TAKEN, USERNAME_TAKEN, INVALID_INPUT. */
export async function addUser(
  ctx: AdminContext,
  { email, username, password, role }: z.infer<typeof CreateUserInput>,
): Promise<z.infer<typeof NewUserResponse>> {
  const { password_hash, generated } = await preparePassword(ctx, password, [email, username]);
  return transact(ctx.db, () => {
    const { id, user_id } = createUser(ctx.db, ctx.clock, {
      email,
      email_verified: true,
      username,
      password_hash,
      role,
    });
    audit(ctx, 'users.create', user_id, { role });
    return { ...getAdminUser(ctx, id), password: generated };
  });
}

/**
 * Gives a user a new password that is generated. That of an administrator needs the caller's own. Throws NOT_FOUND,
 * PASSWORD_REQUIRED, AUTH_FAILED, RATE_LIMIT_EXCEEDED.
 */
export async function resetPasswordByAdmin(
  ctx: UserContext,
  { id, old_password }: z.infer<typeof ResetPasswordInput>,
): Promise<z.infer<typeof ResetPasswordResponse>> {
  if (getUserRowOrThrow(ctx.db, id).role === 'admin') await reauthenticate(ctx, old_password);
  return resetPassword(ctx, { id });
}

/** Gives a user a new password, generated unless given, and ends every login. Throws NOT_FOUND, INVALID_INPUT. */
export async function resetPassword(
  ctx: AdminContext,
  { id, password }: { id: number; password?: string | undefined },
): Promise<z.infer<typeof ResetPasswordResponse>> {
  const { email, username, nickname } = getUserRowOrThrow(ctx.db, id);
  const { password_hash, generated } = await preparePassword(ctx, password, [email, username, nickname]);
  return transact(ctx.db, () => {
    const { user_id } = getUserRowOrThrow(ctx.db, id);
    ctx.db.update(users).set({ password_hash, updated_at: ctx.clock.now() }).where(eq(users.id, id)).run();
    const sessions_ended = endSessions(ctx.db, id);
    ctx.emit({ type: 'account.changed', principal_id: id, payload: { change: 'reset' } });
    audit(ctx, 'users.resetPassword', user_id, { sessions_ended });
    return { id, user_id, password: generated, sessions_ended };
  });
}

/** The hash of a password, and the password itself if it was generated here. Throws INVALID_INPUT. */
async function preparePassword(
  ctx: AdminContext,
  password: string | undefined,
  names: readonly (string | undefined)[],
) {
  const generated = password === undefined ? ctx.random.bytes(12).toString('base64url') : null;
  const chosen = password ?? generated ?? '';
  await assertPasswordStrong(chosen, 'password', names);
  return { password_hash: await hashPassword(chosen), generated };
}
