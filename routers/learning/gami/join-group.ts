import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_groups, gami_members, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import { normalizeHumanCode } from '../../core/human-code.ts';
import type { UserContext } from '../../core/procedures.ts';
import { assertGroupLimit, countGroupMembers, isGroupMember, toGroup } from './group.ts';
import type { JoinGroupInput, StudyGroup } from './schemas.ts';

const MAX_MEMBERS = 200;

/**
 * Adds the caller to the group of a join code; joining again changes nothing. Throws NOT_FOUND for an unknown code,
 * CONFLICT for a full group or at the limit of groups.
 */
export function joinGroup(ctx: UserContext, { join_code }: z.output<typeof JoinGroupInput>): StudyGroup {
  return transact(ctx.db, () => {
    const user_id = ctx.caller.principal_id;
    const code = normalizeHumanCode(join_code);
    const row = ctx.db.select().from(gami_groups).where(eq(gami_groups.join_code, code)).get();
    if (!row) throw new ApiError('NOT_FOUND');
    if (!isGroupMember(ctx.db, row.id, user_id)) {
      assertGroupLimit(ctx.db, user_id);
      assertNotFull(ctx.db, row.id);
      ctx.db.insert(gami_members).values({ group_id: row.id, user_id, joined_at: ctx.clock.now() }).run();
    }
    return toGroup(ctx.db, row, user_id);
  });
}

function assertNotFull(db: Db, group_id: number): void {
  if (countGroupMembers(db, group_id) < MAX_MEMBERS) return;
  throw new ApiError('CONFLICT', {
    issues: [
      {
        path: 'join_code',
        ko: `정원 ${MAX_MEMBERS}명이 찬 그룹입니다`,
        en: `This group has its ${MAX_MEMBERS} members already`,
      },
    ],
  });
}
