import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import { findUserIdByRef } from '../../accounts/auth/users.ts';
import { isAdmin } from '../../core/access.ts';
import type { Context } from '../../core/context.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { BroadcastInput, BroadcastReceipt } from './schemas.ts';

type BroadcastMessage = z.output<typeof BroadcastInput>;

/**
 * Broadcasts an event from outside. It goes to the user of `payload.user_id`, else (and when there is no such user) to
 * the caller. Keys and administrators may address others; users only themselves.
 */
export function broadcast(ctx: KeyContext, input: BroadcastMessage): z.infer<typeof BroadcastReceipt> {
  const { caller } = ctx;
  const mayAddressOthers = caller.kind === 'key' || isAdmin(caller);
  return transact(ctx.db, () => {
    const recipientId = mayAddressOthers ? findUserIdByRef(ctx.db, input.payload.user_id) : null;
    return { event_id: emitBroadcast(ctx, input, recipientId, caller.principal_id) };
  });
}

/** Emits the event for its addressee, else for `owner`. Returns its id. */
export function emitBroadcast(
  ctx: Pick<Context, 'emit'>,
  { event_type, payload, timestamp }: BroadcastMessage,
  recipientId: number | null,
  owner: number | null,
): number {
  return ctx.emit({
    type: 'broadcast',
    principal_id: recipientId ?? owner,
    payload: {
      event_type,
      payload,
      timestamp: timestamp === undefined ? null : toIso(timestamp),
      addressed: recipientId !== null,
    },
  });
}
