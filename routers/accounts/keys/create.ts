import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { createApiKey } from './api-keys.ts';
import type { CreateKeyInput, NewApiKey } from './schemas.ts';

/** Creates an API key for a user, or for the calling administrator. Throws NOT_FOUND when the user does not exist. */
export function createKey(ctx: AdminContext, input: z.infer<typeof CreateKeyInput>): NewApiKey {
  const { name, scopes, expires_in_days = null } = input;
  const { caller } = ctx.auth;
  const user = input.user_id ?? (caller.kind === 'user' ? caller.principal_id : 0);
  return transact(ctx.db, () => {
    const key = createApiKey(ctx.db, ctx.clock, ctx.random, { name, scopes, user, expires_in_days });
    audit(ctx, 'api_keys.create', String(key.id), { name, scopes, user });
    return key;
  });
}
