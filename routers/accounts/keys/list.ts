import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { api_keys, users } from '../../../db/index.ts';
import type { AdminContext } from '../../core/audit.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ApiKeyList, OwnKey } from './schemas.ts';

/** Every API key, revoked ones included, without its secret. */
export function listKeys(ctx: AdminContext): z.infer<typeof ApiKeyList> {
  const rows = ctx.db
    .select({ key: api_keys, user_id: users.user_id, username: users.username })
    .from(api_keys)
    .innerJoin(users, eq(users.id, api_keys.user_id))
    .orderBy(asc(api_keys.id))
    .all();
  return {
    api_keys: rows.map(({ key, user_id, username }) => ({ ...toOwnKey(key), user_id, username })),
  };
}

/** A key as its owner sees it. */
export function toOwnKey(row: typeof api_keys.$inferSelect): z.infer<typeof OwnKey> {
  const { id, name, scopes, prefix, created_at, last_used_at, expires_at, revoked_at } = row;
  const toTime = (instant: number | null) => (instant === null ? null : toIso(instant));
  return {
    ...{ id, name, scopes, prefix },
    created_at: toIso(created_at),
    last_used_at: toTime(last_used_at),
    expires_at: toTime(expires_at),
    revoked_at: toTime(revoked_at),
  };
}
