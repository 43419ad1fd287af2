import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { startSession } from './login.ts';
import { assertPasswordStrong, hashPassword } from './passwords.ts';
import type { LoginResult, RegisterUserInput } from './schemas.ts';
import { isReservedUsername } from './usernames.ts';
import { assertNamesFree, createUser } from './users.ts';

/** Creates an account and logs it in. Throws EMAIL_TAKEN, USERNAME_TAKEN, INVALID_INPUT. */
export async function register(ctx: Context, input: z.infer<typeof RegisterUserInput>): Promise<LoginResult> {
  const { email, password, password2, username, nickname } = input;
  if (password2 !== undefined && password2 !== password) throw passwordsDiffer();
  if (username && isReservedUsername(username)) throw new ApiError('USERNAME_TAKEN');
  await assertPasswordStrong(password, 'password', [email, username, nickname]);
  // Hashing takes long: it waits until there may be an account.
  assertNamesFree(ctx.db, { email, username });
  const password_hash = await hashPassword(password);
  const user = transact(ctx.db, () => {
    const created = createUser(ctx.db, ctx.clock, { email, username, nickname, password_hash });
    ctx.emit({ type: 'user.registered', principal_id: created.id, payload: { user_id: created.user_id } });
    return created;
  });
  return startSession(ctx, user, { isRegistration: true });
}

function passwordsDiffer(): ApiError {
  return invalid('password2', '두 비밀번호가 서로 다릅니다', 'The two passwords are not the same');
}
