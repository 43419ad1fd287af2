import { z } from 'zod';
import { findUserIdByRef } from '../accounts/auth/users.ts';
import { ApiError } from '../core/errors.ts';
import type { UserContext } from '../core/procedures.ts';

/** For administrators; what others may see is their own anyway. */
export const UserFilter = z.string().min(1).max(60).optional().meta({
  description: 'For administrators: of this user alone, by `id` or `user_…`',
  example: 'user_20251027_001',
});

/** Whose rows the caller reads: null is everyone's. Throws NOT_FOUND for a user who is not there, or is another. */
export function getOwnerFilter(
  { db, caller }: UserContext,
  user_id: z.infer<typeof UserFilter>,
): number | null {
  if (user_id === undefined) return caller.role === 'admin' ? null : caller.principal_id;
  const named = findUserIdByRef(db, user_id);
  if (named === null || (named !== caller.principal_id && caller.role !== 'admin'))
    throw new ApiError('NOT_FOUND');
  return named;
}
