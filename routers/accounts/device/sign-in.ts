import { transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { openSession } from '../auth/sessions.ts';
import { issueTokens } from '../auth/tokens.ts';
import { getUserOrThrow } from '../auth/users.ts';
import { toProfile } from '../me/profile.ts';
import type { DeviceLogin } from './schemas.ts';

/** Opens a separate login for a device, with tokens and without a cookie. Null when the user is locked. */
export async function openDeviceLogin(
  ctx: Context,
  user_id: number,
  client_id: string,
): Promise<DeviceLogin | null> {
  const user = getUserOrThrow(ctx.db, user_id);
  if (user.locked_at !== null) return null;
  const { session_id } = await openSession(ctx.db, ctx.clock, user_id, {
    isAuthenticated: false,
    user_agent: ctx.http?.user_agent ?? client_id,
    address: ctx.http?.address ?? null,
  });
  const tokens = transact(ctx.db, () => {
    ctx.emit({ type: 'device.signed_in', principal_id: user_id, payload: { client_id } });
    ctx.emit({ type: 'user.logged_in', principal_id: user_id, payload: { session_id } });
    return issueTokens(ctx.db, ctx.clock, ctx.random, session_id);
  });
  // RFC 6749, 5.1
  ctx.http?.response.headers.push(['cache-control', 'no-store']);
  return { ...tokens, user: toProfile(user) };
}
