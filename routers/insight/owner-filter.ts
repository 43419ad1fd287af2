import { z } from 'zod';
import { findUserIdByRef } from '../accounts/auth/users.ts';
import { isAdmin } from '../core/access.ts';
import { ApiError } from '../core/errors.ts';
import type { UserContext } from '../core/procedures.ts';

/** A query field for administrators; other callers see only their own rows. */
export const UserFilter = z.string().min(1).max(60).optional().meta({
  description: 'For administrators: of this user alone, by `id` or `user_…`',
  example: 'user_20251027_001',
});

/**
 * The user whose rows the caller reads; null for everyone's. Throws NOT_FOUND for an unknown user, and for another one
 * unless the caller is an administrator.
 */
export function getOwnerFilter(
  { db, caller }: UserContext,
  user_id: z.infer<typeof UserFilter>,
): number | null {
  if (user_id === undefined) return isAdmin(caller) ? null : caller.principal_id;
  const userId = findUserIdByRef(db, user_id);
  if (userId === null || (userId !== caller.principal_id && !isAdmin(caller)))
    throw new ApiError('NOT_FOUND');
  return userId;
}
