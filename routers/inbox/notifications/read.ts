import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { notifications } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toNotification } from './list.ts';
import type { Notification, NotificationId, ReadAllResponse } from './schemas.ts';

/** Marks a notification of the caller as read; a second call changes nothing. Throws NOT_FOUND. */
export function markNotificationRead(
  ctx: UserContext,
  { id }: z.infer<typeof NotificationId>,
): z.infer<typeof Notification> {
  const own = and(eq(notifications.id, id), eq(notifications.principal_id, ctx.caller.principal_id));
  const row = ctx.db.update(notifications).set({ read: true }).where(own).returning().get();
  if (!row) throw new ApiError('NOT_FOUND');
  return toNotification(row, ctx.language);
}

/** Marks all notifications of the caller as read. Returns how many were not. */
export function markAllRead(ctx: UserContext): z.infer<typeof ReadAllResponse> {
  const unread = and(eq(notifications.principal_id, ctx.caller.principal_id), eq(notifications.read, false));
  return { updated: ctx.db.update(notifications).set({ read: true }).where(unread).run().changes };
}
