import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { startSession } from './login.ts';
import { assertPasswordNotCommon, hashPassword } from './passwords.ts';
import type { LoginResult, RegisterInput } from './schemas.ts';
import { createUser } from './users.ts';

/** Makes an account and logs it in. Throws EMAIL_TAKEN, USERNAME_TAKEN, INVALID_INPUT. */
export async function register(ctx: Context, input: z.infer<typeof RegisterInput>): Promise<LoginResult> {
  const { email, password, password2, username, nickname } = input;
  if (password2 !== undefined && password2 !== password) throw differs();
  await assertPasswordNotCommon(password, 'password');
  const password_hash = await hashPassword(password);
  const user = ctx.db.transaction(
    (tx) => {
      const made = createUser(tx, ctx.clock, { email, username, nickname, password_hash });
      ctx.emit(tx, { type: 'user.registered', principal_id: made.id, payload: { user_id: made.user_id } });
      return made;
    },
    { behavior: 'immediate' },
  );
  return startSession(ctx, user, { registering: true });
}

function differs(): ApiError {
  return new ApiError('INVALID_INPUT', {
    issues: [
      { path: 'password2', ko: '두 비밀번호가 서로 다릅니다', en: 'The two passwords are not the same' },
    ],
  });
}
