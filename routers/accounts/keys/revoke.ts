import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { revokeApiKey } from './api-keys.ts';
import type { RevokeKeyInput } from './schemas.ts';

/** Throws NOT_FOUND when the key does not exist or is revoked already. */
export function revokeKey(ctx: AdminContext, { id }: z.infer<typeof RevokeKeyInput>): Record<string, never> {
  transact(ctx.db, () => {
    revokeApiKey(ctx.db, ctx.clock, id);
    audit(ctx, 'api_keys.revoke', String(id), {});
  });
  return {};
}
