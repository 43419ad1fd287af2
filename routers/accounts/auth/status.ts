import type { z } from 'zod';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { AuthStatus, SessionList } from './schemas.ts';
import { endSession, listSessions } from './sessions.ts';
import { getUserOrThrow } from './users.ts';

/** The calling guest or user. */
export function getStatus(ctx: CallerContext): z.infer<typeof AuthStatus> {
  const { caller } = ctx;
  if (caller.kind === 'guest') {
    return {
      is_logged_in: false,
      user_id: null,
      guest_id: caller.guest_id,
      nickname: null,
      user_type: 'guest',
    };
  }
  const { user_id, nickname } = getUserOrThrow(ctx.db, caller.principal_id);
  return { is_logged_in: true, user_id, guest_id: null, nickname, user_type: 'registered' };
}

/** The caller's sessions, the last used first. */
export function listCallerSessions(ctx: UserContext): z.infer<typeof SessionList> {
  const rows = listSessions(ctx.db, ctx.caller.principal_id, ctx.clock.now());
  return {
    sessions: rows.map(({ id, user_agent, address, created_at, last_used_at, expires_at }) => ({
      id,
      current: id === ctx.caller.session_id,
      device: user_agent,
      address,
      created_at: toIso(created_at),
      last_used_at: toIso(last_used_at),
      expires_at: toIso(expires_at),
    })),
  };
}

/** Ends one of the caller's sessions. Throws NOT_FOUND. */
export function endCallerSession(ctx: UserContext, input: { id: number }): Record<string, never> {
  if (!endSession(ctx.db, ctx.caller.principal_id, input.id)) throw new ApiError('NOT_FOUND');
  return {};
}
