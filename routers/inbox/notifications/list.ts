import { and, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { notifications, preparedStatements } from '../../../db/index.ts';
import type { Language } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { renderNotification } from '../notification-templates/render.ts';
import type { Notification, NotificationPage, NotificationsInput } from './schemas.ts';

export type NotificationRow = typeof notifications.$inferSelect;

const statements = preparedStatements((db) => {
  const mine = eq(notifications.principal_id, sql.placeholder('principal_id'));
  const asked = and(mine, eq(notifications.read, sql.placeholder('read')));
  const page = (wanted: SQL | undefined) =>
    db
      .select()
      .from(notifications)
      .where(wanted)
      .orderBy(desc(notifications.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare();
  const number = (wanted: SQL | undefined) =>
    db.select({ n: count() }).from(notifications).where(wanted).prepare();
  return {
    all: { page: page(mine), number: number(mine) },
    some: { page: page(asked), number: number(asked) },
  };
});

/** My notifications, the newest first. */
export function listNotifications(
  ctx: UserContext,
  { page, limit, read }: z.output<typeof NotificationsInput>,
): z.infer<typeof NotificationPage> {
  const { all, some } = statements(ctx.db);
  const { principal_id } = ctx.caller;
  const wanted = read === undefined ? all : some;
  const whose = { principal_id, read: Number(read) };
  const rows = wanted.page.all({ ...whose, limit, offset: (page - 1) * limit });
  return {
    notifications: rows.map((row) => toNotification(row, ctx.language)),
    unread: some.number.get({ principal_id, read: 0 })?.n ?? 0,
    total: wanted.number.get(whose)?.n ?? 0,
    page,
    limit,
  };
}

/** A notification as the wire carries it, in the reader's language. */
export function toNotification(row: NotificationRow, language: Language): z.infer<typeof Notification> {
  const { id, type, payload, read, created_at } = row;
  return { id, type, ...renderNotification(row, language), payload, read, created_at: toIso(created_at) };
}
