import { eq } from 'drizzle-orm';
import { sessions, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { toSessionCookie } from './sessions.ts';
import { findSessionByRefreshToken } from './tokens.ts';

/** Ends the login of the cookie, of the bearer token and of the refresh token that came along. Twice is fine. */
export function logout(
  ctx: Context,
  input: { refresh_token?: string | null | undefined },
): Record<string, never> {
  const { caller } = ctx.auth;
  const ends = new Set<number>();
  if (caller.kind === 'user') ends.add(caller.session_id);
  const shown = ctx.http?.cookie?.session_id;
  if (shown != null) ends.add(shown);
  const named = input.refresh_token ? findSessionByRefreshToken(ctx.db, input.refresh_token) : null;
  if (named !== null) ends.add(named);
  transact(ctx.db, () => {
    for (const id of ends) ctx.db.delete(sessions).where(eq(sessions.id, id)).run();
  });
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, null, ctx.http.secure)]);
  return {};
}
