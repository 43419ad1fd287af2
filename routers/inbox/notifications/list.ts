import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { notifications } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { renderNotification } from '../notification-templates/render.ts';
import type { Notification, NotificationPage, NotificationsInput } from './schemas.ts';

export type NotificationRow = typeof notifications.$inferSelect;

/** The caller's notifications, the newest first. */
export function listNotifications(
  ctx: UserContext,
  { page, limit, cursor, read }: z.output<typeof NotificationsInput>,
): z.infer<typeof NotificationPage> {
  const { db } = ctx;
  const own = eq(notifications.principal_id, ctx.caller.principal_id);
  const filter = read === undefined ? own : and(own, eq(notifications.read, read));
  const unread = and(own, eq(notifications.read, false));
  const found = db
    .select()
    .from(notifications)
    .where(and(filter, afterCursor(cursor, [[notifications.id, 'desc']])))
    .orderBy(desc(notifications.id))
    .limit(limit + 1)
    .offset((page - 1) * limit)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.id]);
  return {
    notifications: rows.map((row) => toNotification(row, ctx.language)),
    unread: db.select({ n: count() }).from(notifications).where(unread).get()?.n ?? 0,
    total: db.select({ n: count() }).from(notifications).where(filter).get()?.n ?? 0,
    next_cursor,
    page,
    limit,
  };
}

/** A notification as the wire carries it, in the reader's language. */
export function toNotification(row: NotificationRow, language: Language): z.infer<typeof Notification> {
  const { id, type, payload, read, created_at } = row;
  return { id, type, ...renderNotification(row, language), payload, read, created_at: toIso(created_at) };
}
