import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { api_keys, users } from '../../../db/index.ts';
import type { AdminContext } from '../../core/audit.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ApiKeyList } from './schemas.ts';

/** Every API key, revoked ones included, without its secret. */
export function listKeys(ctx: AdminContext): z.infer<typeof ApiKeyList> {
  const rows = ctx.db
    .select({ key: api_keys, user_id: users.user_id, username: users.username })
    .from(api_keys)
    .innerJoin(users, eq(users.id, api_keys.user_id))
    .orderBy(asc(api_keys.id))
    .all();
  return {
    api_keys: rows.map(({ key, user_id, username }) => ({
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      user_id,
      username,
      created_at: toIso(key.created_at),
      last_used_at: key.last_used_at === null ? null : toIso(key.last_used_at),
      revoked_at: key.revoked_at === null ? null : toIso(key.revoked_at),
    })),
  };
}
