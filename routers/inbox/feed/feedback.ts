import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { mobile_feedback, transact, users } from '../../../db/index.ts';
import { maskValues } from '../../../ml/text/pii-masking-long.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type {
  MobileFeedback,
  MobileFeedbackInput,
  MobileFeedbackListInput,
  MobileFeedbackPage,
} from './schemas.ts';

/** Stores a user's feedback on the app without personal data. */
export async function createMobileFeedback(
  ctx: UserContext,
  { rating, comment, screen_name, device_info }: z.output<typeof MobileFeedbackInput>,
): Promise<z.infer<typeof MobileFeedback>> {
  const masked = await maskValues({ comment, screen_name, device_info });
  const row = transact(ctx.db, () =>
    ctx.db
      .insert(mobile_feedback)
      .values({
        principal_id: ctx.caller.principal_id,
        rating,
        comment: masked.comment || null,
        screen_name: masked.screen_name || null,
        device_info: masked.device_info ?? {},
        created_at: ctx.clock.now(),
      })
      .returning()
      .get(),
  );
  return toMobileFeedback(row);
}

/** Feedback of all users for administrators, the newest first. */
export function listMobileFeedback(
  ctx: UserContext,
  { rating, limit, offset, cursor }: z.output<typeof MobileFeedbackListInput>,
): z.infer<typeof MobileFeedbackPage> {
  const filter = rating === undefined ? undefined : eq(mobile_feedback.rating, rating);
  const found = ctx.db
    .select({ row: mobile_feedback, user_id: users.user_id, username: users.username })
    .from(mobile_feedback)
    .innerJoin(users, eq(users.id, mobile_feedback.principal_id))
    .where(and(filter, afterCursor(cursor, [[mobile_feedback.id, 'desc']])))
    .orderBy(desc(mobile_feedback.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.row.id]);
  const total = ctx.db.select({ n: count() }).from(mobile_feedback).where(filter).get()?.n ?? 0;
  return {
    total,
    next_cursor,
    feedback: rows.map(({ row, user_id, username }) => ({ ...toMobileFeedback(row), user_id, username })),
  };
}

function toMobileFeedback(row: typeof mobile_feedback.$inferSelect): z.infer<typeof MobileFeedback> {
  const { principal_id: _, created_at, ...rest } = row;
  return { ...rest, created_at: toIso(created_at) };
}
