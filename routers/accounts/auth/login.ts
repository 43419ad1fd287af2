import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { foldName, sessions, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { hashToken } from './hash-token.ts';
import { countAttempt, rememberAddress } from './login-attempts.ts';
import { verifyPassword } from './passwords.ts';
import type { LoginInput, LoginResult } from './schemas.ts';
import { openSession, toSessionCookie } from './sessions.ts';
import { issueTokens } from './tokens.ts';
import { findUserByName, toPublicEmail, type UserRow } from './users.ts';

/**
 * Logs in by e-mail or username. An unknown user and a wrong password get the same error after the same time. Throws
 * AUTH_FAILED, INVALID_INPUT, RATE_LIMIT_EXCEEDED.
 */
export async function login(ctx: Context, input: z.infer<typeof LoginInput>): Promise<LoginResult> {
  const name = input.email ?? input.username;
  if (!name?.trim()) throw missingName();
  const user = findUserByName(ctx.db, name);
  // A name that nobody has counts too, by its hash: names are not stored, and the answer must not tell.
  const attempt = countAttempt(ctx, user ? `user:${user.id}` : `name:${hashToken(foldName(name))}`);
  const isCorrect = await verifyPassword(user?.password_hash ?? null, input.password);
  if (!user || !isCorrect || user.locked_at !== null) throw new ApiError('AUTH_FAILED');
  attempt.succeed();
  return startSession(ctx, user);
}

/** Opens a new session with tokens and a cookie, and gives the user what they did as a guest. */
export async function startSession(
  ctx: Context,
  user: UserRow,
  { isRegistration = false } = {},
): Promise<LoginResult> {
  // The cookie's caller comes first: their cookie is replaced, while the session of another bearer token goes on.
  const previousCaller = ctx.http?.cookieCaller ?? ctx.auth.caller;
  const { token, session_id } = await openSession(ctx.db, ctx.clock, user.id, {
    isAuthenticated: true,
    user_agent: ctx.http?.user_agent ?? null,
    address: ctx.http?.address ?? null,
  });
  const tokens = transact(ctx.db, () => {
    if (previousCaller.kind === 'guest' && previousCaller.principal_id !== null) {
      ctx.emit({
        type: 'guest.became_user',
        principal_id: user.id,
        payload: { guest_principal_id: previousCaller.principal_id },
      });
    }
    // The session from before the login ends, so that nobody can have fixed its token (OWASP: session fixation).
    if ('session_id' in previousCaller && previousCaller.session_id !== null) {
      ctx.db.delete(sessions).where(eq(sessions.id, previousCaller.session_id)).run();
    }
    // A registration has its own event.
    if (!isRegistration) {
      ctx.emit({ type: 'user.logged_in', principal_id: user.id, payload: { session_id } });
    }
    if (ctx.http) rememberAddress(ctx.db, user.id, ctx.http.address, ctx.clock.now());
    return issueTokens(ctx.db, ctx.clock, ctx.random, session_id);
  });
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, token, ctx.http.secure)]);
  const { id: principal_id, user_id, role, nickname } = user;
  ctx.auth.caller = { kind: 'user', principal_id, public_id: user_id, role, session_id, via: 'cookie' };
  return { user_id, nickname, email: toPublicEmail(user), user_type: 'registered', ...tokens };
}

function missingName(): ApiError {
  return invalid('email', '이메일이나 사용자 이름이 필요합니다', 'An e-mail or a username is needed');
}
