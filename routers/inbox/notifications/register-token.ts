import { and, desc, eq, inArray, ne } from 'drizzle-orm';
import type { z } from 'zod';
import { push_tokens, transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { PushToken, PushTokenInput } from './schemas.ts';

/** Devices of one user; beyond, those registered longest ago are deleted. */
const MAX_DEVICES = 20;

/** Registers a device for the caller. A device of another user moves, and their queued pushes to it are deleted. */
export function registerPushToken(
  ctx: UserContext,
  { device_token, platform }: z.output<typeof PushTokenInput>,
): z.infer<typeof PushToken> {
  const { principal_id, session_id } = ctx.caller;
  const isDevice = and(eq(push_tokens.platform, platform), eq(push_tokens.device_token, device_token));
  const registration = { session_id, language: ctx.language, registered_at: ctx.clock.now() };
  const row = transact(ctx.db, () => {
    ctx.db
      .delete(push_tokens)
      .where(and(isDevice, ne(push_tokens.principal_id, principal_id)))
      .run();
    const registered = ctx.db
      .insert(push_tokens)
      .values({ device_token, platform, principal_id, ...registration })
      .onConflictDoUpdate({
        target: [push_tokens.platform, push_tokens.device_token],
        set: registration,
      })
      .returning()
      .get();
    const devices = ctx.db
      .select({ id: push_tokens.id })
      .from(push_tokens)
      .where(eq(push_tokens.principal_id, principal_id))
      .orderBy(desc(push_tokens.registered_at), desc(push_tokens.id))
      .all();
    const excessIds = devices.slice(MAX_DEVICES).map(({ id }) => id);
    if (excessIds.length > 0) ctx.db.delete(push_tokens).where(inArray(push_tokens.id, excessIds)).run();
    return registered;
  });
  return {
    ...{ id: row.id, device_token, platform },
    push_available: ctx.push[platform] !== null,
    registered_at: toIso(row.registered_at),
  };
}
