import { z } from 'zod';
import { router, userProcedure } from '../../core/procedures.ts';
import { listNotifications } from './list.ts';
import { markAllRead, markNotificationRead } from './read.ts';
import { registerPushToken } from './register-token.ts';
import {
  Notification,
  NotificationId,
  NotificationPage,
  NotificationsInput,
  PushToken,
  PushTokenInput,
  ReadAllResponse,
} from './schemas.ts';

const tags = ['Inbox'];

export const notificationsRouter = router({
  list: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/notifications',
        tags,
        summary: "List the caller's notifications",
        description:
          'With `notification_enabled: false` in the settings nothing is pushed to devices; it is listed here all ' +
          'the same.',
      },
    })
    .input(NotificationsInput)
    .output(NotificationPage)
    .query(({ ctx, input }) => listNotifications(ctx, input)),

  read: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/notifications/{id}/read',
        tags,
        summary: 'Mark a notification as read',
        description: 'A notification that was read stays in the list until its retention ends.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(NotificationId)
    .output(Notification)
    .mutation(({ ctx, input }) => markNotificationRead(ctx, input)),

  readAll: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/notifications/read-all',
        tags,
        summary: 'Mark all notifications as read',
        description: 'Marks those that are there now; newer ones stay unread.',
      },
    })
    .input(z.object({}))
    .output(ReadAllResponse)
    .mutation(({ ctx }) => markAllRead(ctx)),

  registerToken: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/notifications/token',
        tags,
        summary: 'Register a device for notifications',
        description:
          'The device belongs to the login it was registered with, and is told nothing more after that has ended. ' +
          'A token that was registered by someone else moves to the caller. A user has up to 20 devices; beyond, ' +
          'the one registered longest ago goes.',
      },
      rest: { status: 201 },
    })
    .input(PushTokenInput)
    .output(PushToken)
    .mutation(({ ctx, input }) => registerPushToken(ctx, input)),
});
