import type { z } from 'zod';
import { ApiError } from '../../core/errors.ts';
import type { MyContext, UserContext } from '../../core/procedures.ts';
import { iso } from '../../core/wire-types.ts';
import type { Session, Status } from './schemas.ts';
import { endSession, listSessions } from './sessions.ts';
import { userById } from './users.ts';

/** Who is calling, as the client shows it. */
export function status(ctx: MyContext): z.infer<typeof Status> {
  const { me } = ctx;
  if (me.kind === 'guest') {
    return { is_logged_in: false, user_id: null, guest_id: me.guest_id, nickname: null, user_type: 'guest' };
  }
  const { user_id, nickname } = userById(ctx.db, me.principal_id);
  return { is_logged_in: true, user_id, guest_id: null, nickname, user_type: 'registered' };
}

/** Where I am logged in. */
export function mySessions(ctx: UserContext): { sessions: z.infer<typeof Session>[] } {
  const rows = listSessions(ctx.db, ctx.me.principal_id, ctx.clock.now());
  return {
    sessions: rows.map(({ id, user_agent, address, created_at, last_used_at, expires_at }) => ({
      id,
      current: id === ctx.me.session_id,
      device: user_agent,
      address,
      created_at: iso(created_at),
      last_used_at: iso(last_used_at),
      expires_at: iso(expires_at),
    })),
  };
}

/** Ends one of my logins, wherever it is. */
export function endMySession(ctx: UserContext, input: { id: number }): Record<string, never> {
  if (!endSession(ctx.db, ctx.me.principal_id, input.id)) throw new ApiError('NOT_FOUND');
  return {};
}
