import { eq, or } from 'drizzle-orm';
import type { z } from 'zod';
import { transact, users } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { BroadcastInput, BroadcastReceipt } from './schemas.ts';

type BroadcastMessage = z.infer<typeof BroadcastInput>;

/**
 * Tells something that happened outside. It is the user's whom `payload.user_id` names, else (and when there is no
 * such user) the caller's own. Keys and administrators may tell others; a user only himself.
 */
export function broadcast(ctx: KeyContext, input: BroadcastMessage): z.infer<typeof BroadcastReceipt> {
  const { caller } = ctx;
  const toOthers = caller.kind === 'key' || caller.role === 'admin';
  return transact(ctx.db, () => {
    const named = toOthers ? resolveUserRef(ctx.db, input.payload) : null;
    return { event_id: emitBroadcast(ctx, input, named, caller.principal_id) };
  });
}

/** Writes the event: for the user it names, else for `owner`. Returns its number. */
export function emitBroadcast(
  ctx: Pick<Context, 'emit'>,
  { event_type, payload, timestamp }: BroadcastMessage,
  named: number | null,
  owner: number | null,
): number {
  return ctx.emit({
    type: 'broadcast',
    principal_id: named ?? owner,
    payload: { event_type, payload, timestamp: timestamp ?? null, addressed: named !== null },
  });
}

/** The user whom a payload's `user_id` names, by the number or the public name of the row. */
export function resolveUserRef(db: Db, { user_id }: Record<string, unknown>): number | null {
  if (typeof user_id !== 'number' && typeof user_id !== 'string') return null;
  const is = /^\d+$/.test(String(user_id))
    ? or(eq(users.id, Number(user_id)), eq(users.user_id, String(user_id)))
    : eq(users.user_id, String(user_id));
  return db.select({ id: users.id }).from(users).where(is).get()?.id ?? null;
}
