import { inArray } from 'drizzle-orm';
import { sessions, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { toSessionCookie } from './sessions.ts';
import { findSessionByRefreshToken } from './tokens.ts';

/** Ends the sessions of the cookie, the bearer token and the refresh token of the request. It may be repeated. */
export function logout(
  ctx: Context,
  input: { refresh_token?: string | null | undefined },
): Record<string, never> {
  const { caller } = ctx.auth;
  const candidates = [
    caller.kind === 'user' ? caller.session_id : null,
    ctx.http?.cookieCaller?.session_id ?? null,
    input.refresh_token ? findSessionByRefreshToken(ctx.db, input.refresh_token) : null,
  ];
  const ids = candidates.filter((id) => id !== null);
  transact(ctx.db, () => ctx.db.delete(sessions).where(inArray(sessions.id, ids)).run());
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, null, ctx.http.secure)]);
  return {};
}
