import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { gami_groups, gami_members, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { listMemberships } from './group.ts';
import type { LeaveGroupInput } from './schemas.ts';

/**
 * Removes the caller from a group. The longest member becomes the owner in the owner's place; a group without members
 * is deleted. Throws NOT_FOUND for a group that the caller is not in.
 */
export function leaveGroup(
  ctx: UserContext,
  { id }: z.output<typeof LeaveGroupInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const user_id = ctx.caller.principal_id;
    const group = listMemberships(ctx.db, user_id).find((row) => row.id === id);
    if (!group) throw new ApiError('NOT_FOUND');
    const isInGroup = eq(gami_members.group_id, id);
    ctx.db
      .delete(gami_members)
      .where(and(isInGroup, eq(gami_members.user_id, user_id)))
      .run();
    const successor = ctx.db
      .select()
      .from(gami_members)
      .where(isInGroup)
      .orderBy(asc(gami_members.joined_at), asc(gami_members.user_id))
      .limit(1)
      .get();
    const isGroup = eq(gami_groups.id, id);
    if (!successor) ctx.db.delete(gami_groups).where(isGroup).run();
    else if (group.owner_id === user_id) {
      ctx.db.update(gami_groups).set({ owner_id: successor.user_id }).where(isGroup).run();
    }
  });
  return {};
}
