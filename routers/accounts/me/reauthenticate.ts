import { eq } from 'drizzle-orm';
import { sessions } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { verifyPassword } from '../auth/passwords.ts';
import { getUserOrThrow } from '../auth/users.ts';

const REAUTH_MAX_AGE_MS = 10 * 60_000;

/**
 * Asserts that it is really the user who calls: by the password or, for an account without one, by a login within the
 * last 10 minutes. Throws AUTH_FAILED, RATE_LIMIT_EXCEEDED.
 */
export async function reauthenticate(ctx: UserContext, password: string | undefined): Promise<void> {
  const { password_hash } = getUserOrThrow(ctx.db, ctx.caller.principal_id);
  // Guesses count against the same limit as logins.
  ctx.consume('login_account', 1, `password:${ctx.caller.principal_id}`);
  if (password_hash === null) {
    if (!isRecentLogin(ctx)) throw new ApiError('AUTH_FAILED', { issues: [REAUTHENTICATION_REQUIRED] });
  } else if (!(await verifyPassword(password_hash, password ?? ''))) throw new ApiError('AUTH_FAILED');
}

function isRecentLogin(ctx: UserContext): boolean {
  const session = ctx.db.select().from(sessions).where(eq(sessions.id, ctx.caller.session_id)).get();
  return session !== undefined && ctx.clock.now() - session.created_at <= REAUTH_MAX_AGE_MS;
}

const REAUTHENTICATION_REQUIRED = {
  path: 'password',
  ko: '비밀번호가 없는 계정입니다. 다시 로그인한 뒤 10분 안에 해주세요.',
  en: 'This account has no password. Log in again and do this within 10 minutes.',
};
