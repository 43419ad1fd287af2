import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { tasks, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import type { TaskId } from './schemas.ts';

/** Throws NOT_FOUND. */
export function removeTask(ctx: UserContext, { id }: z.infer<typeof TaskId>): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(tasks).where(eq(tasks.id, id)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'tasks.remove', String(id), { user_id: row.user_id, title: row.title });
  });
  return {};
}
