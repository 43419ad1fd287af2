import { eq } from 'drizzle-orm';
import { sessions } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { passwordFits } from '../auth/passwords.ts';
import { userById } from '../auth/users.ts';

const FRESH_MS = 10 * 60_000;

/**
 * Asks again whether it is me: for my password or, of an account without one, for a login within the last 10 minutes.
 * Throws AUTH_FAILED.
 */
export async function proveMyself(ctx: UserContext, password: string | undefined): Promise<void> {
  const { password_hash } = userById(ctx.db, ctx.me.principal_id);
  // Guessing is limited like a login.
  ctx.spend('login_account', 1, `password:${ctx.me.principal_id}`);
  const proved = password_hash === null ? isFresh(ctx) : await passwordFits(password_hash, password ?? '');
  if (!proved) throw new ApiError('AUTH_FAILED', password_hash === null ? { issues: [LOGIN_AGAIN] } : {});
}

function isFresh(ctx: UserContext): boolean {
  const session = ctx.db.select().from(sessions).where(eq(sessions.id, ctx.me.session_id)).get();
  return session !== undefined && ctx.clock.now() - session.created_at <= FRESH_MS;
}

const LOGIN_AGAIN = {
  path: 'password',
  ko: '비밀번호가 없는 계정입니다. 다시 로그인한 뒤 10분 안에 해주세요.',
  en: 'This account has no password. Log in again and do this within 10 minutes.',
};
