import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_groups, gami_members, transact } from '../../../db/index.ts';
import type { Random } from '../../core/context.ts';
import { generateHumanCode } from '../../core/human-code.ts';
import type { UserContext } from '../../core/procedures.ts';
import { assertGroupLimit, toGroup } from './group.ts';
import type { CreateGroupInput, StudyGroup } from './schemas.ts';

/** Creates a group with its own join code and the caller as its first member. Throws CONFLICT at the limit of groups. */
export function createGroup(ctx: UserContext, { name }: z.output<typeof CreateGroupInput>): StudyGroup {
  return transact(ctx.db, () => {
    const owner_id = ctx.caller.principal_id;
    assertGroupLimit(ctx.db, owner_id);
    const created_at = ctx.clock.now();
    const row = ctx.db
      .insert(gami_groups)
      .values({ name, join_code: generateUnusedCode(ctx.db, ctx.random), owner_id, created_at })
      .returning()
      .get();
    ctx.db.insert(gami_members).values({ group_id: row.id, user_id: owner_id, joined_at: created_at }).run();
    return toGroup(ctx.db, row, owner_id);
  });
}

function generateUnusedCode(db: Db, random: Random): string {
  for (;;) {
    const code = generateHumanCode(random);
    if (!db.select().from(gami_groups).where(eq(gami_groups.join_code, code)).get()) return code;
  }
}
