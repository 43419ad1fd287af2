import { count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { notices, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ListNoticesInput, Notice, NoticeInput, NoticePage, RemoveNoticeInput } from './schemas.ts';

/** Every notice, past ones included, the newest first. */
export function listNotices(
  ctx: UserContext,
  { limit, offset, cursor }: z.output<typeof ListNoticesInput>,
): z.infer<typeof NoticePage> {
  const total = ctx.db.select({ n: count() }).from(notices).get()?.n ?? 0;
  const found = ctx.db
    .select()
    .from(notices)
    .where(afterCursor(cursor, [[notices.id, 'desc']]))
    .orderBy(desc(notices.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, ({ id }) => [id]);
  return { total, next_cursor, notices: rows.map(toNotice) };
}

/** Publishes a notice to everyone who starts the app. Throws INVALID_INPUT when it ends before it starts. */
export function addNotice(ctx: UserContext, input: z.output<typeof NoticeInput>): z.infer<typeof Notice> {
  const now = ctx.clock.now();
  const starts_at = input.starts_at ?? now;
  const ends_at = input.ends_at ?? null;
  if (ends_at !== null && ends_at <= starts_at)
    throw invalid('ends_at', '시작보다 뒤여야 합니다', 'This must be after its start');
  const { title, body, platform = null } = input;
  return transact(ctx.db, () => {
    const row = ctx.db
      .insert(notices)
      .values({ title, body, platform, starts_at, ends_at, created_at: now })
      .returning()
      .get();
    audit(ctx, 'notices.create', String(row.id), { title, platform });
    return toNotice(row);
  });
}

/** Throws NOT_FOUND. */
export function removeNotice(
  ctx: UserContext,
  { id }: z.infer<typeof RemoveNoticeInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(notices).where(eq(notices.id, id)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'notices.remove', String(id), { title: row.title });
  });
  return {};
}

function toNotice(row: typeof notices.$inferSelect): z.infer<typeof Notice> {
  const { starts_at, ends_at, created_at } = row;
  return {
    ...row,
    starts_at: toIso(starts_at),
    ends_at: ends_at === null ? null : toIso(ends_at),
    created_at: toIso(created_at),
  };
}
