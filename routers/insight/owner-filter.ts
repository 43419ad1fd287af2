import { z } from 'zod';
import { ApiError } from '../core/errors.ts';
import type { UserContext } from '../core/procedures.ts';
import { namedUser } from '../inbox/events/broadcast.ts';

/** For administrators; what others may see is their own anyway. */
export const OfUser = z.string().min(1).max(60).optional().meta({
  description: 'For administrators: of this user alone, by `id` or `user_…`',
  example: 'user_20251027_001',
});

/** Whose rows the caller reads: null is everyone's. Throws NOT_FOUND for a user who is not there, or is another. */
export function whose({ db, me }: UserContext, user_id: z.infer<typeof OfUser>): number | null {
  if (user_id === undefined) return me.role === 'admin' ? null : me.principal_id;
  const named = namedUser(db, { user_id });
  if (named === null || (named !== me.principal_id && me.role !== 'admin')) throw new ApiError('NOT_FOUND');
  return named;
}
