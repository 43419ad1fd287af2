import { and, count, desc, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { api_keys, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { createApiKey, revokeApiKey } from './api-keys.ts';
import { toOwnKey } from './list.ts';
import type { CreateOwnKeyInput, NewApiKey, OwnKeyList, RevokeKeyInput } from './schemas.ts';

/** Keys of one user that are not revoked. */
const MAX_KEYS = 50;

/** The caller's keys that are not revoked, the newest first. */
export function listOwnKeys({ db, caller }: UserContext): z.infer<typeof OwnKeyList> {
  const rows = db
    .select()
    .from(api_keys)
    .where(isActiveOwned(caller.principal_id))
    .orderBy(desc(api_keys.id))
    .all();
  return { keys: rows.map(toOwnKey) };
}

const isActiveOwned = (user: number) => and(eq(api_keys.user_id, user), isNull(api_keys.revoked_at));

/** Makes a key of the caller's own. Throws CONFLICT when there are 50 already. */
export function createOwnKey(ctx: UserContext, input: z.output<typeof CreateOwnKeyInput>): NewApiKey {
  const { db, clock, random } = ctx;
  const { name, scopes, expires_in_days = null } = input;
  const user = ctx.caller.principal_id;
  return transact(db, () => {
    const { n = 0 } = db.select({ n: count() }).from(api_keys).where(isActiveOwned(user)).get() ?? {};
    if (n >= MAX_KEYS) throw new ApiError('CONFLICT');
    const key = createApiKey(db, clock, random, { name, scopes, user, expires_in_days });
    audit(ctx, 'api_keys.create', String(key.id), { name, scopes });
    return key;
  });
}

/** Revokes a key of the caller's own. Throws NOT_FOUND. */
export function revokeOwnKey(
  ctx: UserContext,
  { id }: z.output<typeof RevokeKeyInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    revokeApiKey(ctx.db, ctx.clock, id, ctx.caller.principal_id);
    audit(ctx, 'api_keys.revoke', String(id), {});
  });
  return {};
}
