import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { countAttempt } from '../auth/login-attempts.ts';
import { verifyPassword } from '../auth/passwords.ts';
import { isRecentlyAuthenticated } from '../auth/sessions.ts';
import { getUserOrThrow } from '../auth/users.ts';

/**
 * Asserts that it is really the user who calls: by the password or, for an account without one, by a social login
 * within the last 5 minutes in the session of the call. Whoever has only found a token has neither. Throws
 * PASSWORD_REQUIRED, AUTH_FAILED, RATE_LIMIT_EXCEEDED.
 */
export async function reauthenticate(ctx: UserContext, password: string | undefined): Promise<void> {
  const { id, password_hash } = getUserOrThrow(ctx.db, ctx.caller.principal_id);
  if (password_hash === null) {
    if (isRecentlyAuthenticated(ctx.db, ctx.caller.session_id, ctx.clock.now())) return;
    throw new ApiError('PASSWORD_REQUIRED', { issues: [LOGIN_AGAIN] });
  }
  if (password === undefined) throw new ApiError('PASSWORD_REQUIRED');
  const attempt = countAttempt(ctx, `user:${id}`);
  if (!(await verifyPassword(password_hash, password))) throw new ApiError('AUTH_FAILED');
  attempt.succeed();
}

const LOGIN_AGAIN = {
  path: 'old_password',
  ko: '비밀번호가 없는 계정입니다. 소셜 계정으로 다시 로그인한 뒤 5분 안에 해주세요.',
  en: 'This account has no password. Log in with the provider again and do this within 5 minutes.',
};
