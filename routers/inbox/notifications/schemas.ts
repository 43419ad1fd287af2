import { z } from 'zod';
import { DesktopPlatform } from '../../accounts/device/schemas.ts';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Instant } from '../../core/instant.ts';
import { Limit, Offset, Page, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { NotificationContent } from '../notification-templates/schemas.ts';

export const NotificationsInput = z.object({
  page: Page,
  cursor: Cursor,
  limit: Limit(20),
  read: z.boolean().optional().meta({ description: 'Only those I have read, or have not', example: false }),
});

export const Notification = NotificationContent.extend({ read: z.boolean() }).meta({ id: 'Notification' });

export const NotificationPage = z
  .object({
    notifications: z.array(Notification),
    unread: z.int().meta({ description: 'How many I have not read in all', example: 3 }),
    total: z.int().meta({ description: 'How many the filter lets through', example: 41 }),
    next_cursor: NextCursor,
    page: z.int().meta({ example: 1 }),
    limit: z.int().meta({ example: 20 }),
  })
  .meta({ id: 'NotificationPage' });

export const NotificationId = z.object({ id: z.int().min(1).meta({ example: 57 }) });

export const ReadAllResponse = z.object({
  updated: z.int().meta({ description: 'How many had not been read', example: 3 }),
});

const PushPlatformName = z.enum(['fcm', 'apns']).meta({ example: 'fcm' });

export const PushTokenInput = z.object({
  device_token: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,4096}$/)
    .meta({ maxLength: 4096 })
    .meta({ description: 'As FCM or APNs gave it to the app', example: 'fcm_or_apns_device_token_string' }),
  platform: PushPlatformName,
});

export const PushToken = z
  .object({
    id: z.int().meta({ example: 4 }),
    device_token: z.string().meta({ example: 'fcm_or_apns_device_token_string' }),
    platform: PushPlatformName,
    push_available: z.boolean().meta({
      description: 'Whether this server sends to the platform; if not, notifications wait to be fetched',
    }),
    registered_at: Timestamp,
  })
  .meta({ id: 'PushToken' });

const NoticeTitle = TrimmedText(200).meta({ example: '정기 점검 안내' });
const NoticeBody = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .meta({ example: '11월 30일 02:00–03:00에 점검합니다.' });

export const NoticeInput = z.object({
  title: NoticeTitle,
  body: NoticeBody,
  platform: DesktopPlatform.nullish().meta({ description: 'Every platform unless given' }),
  starts_at: Instant.nullish().meta({ description: 'Now unless given', example: '2026-11-29T00:00:00Z' }),
  ends_at: Instant.nullish().meta({
    description: 'Until it is removed unless given',
    example: '2026-12-01T00:00:00Z',
  }),
});
const NoticeId = z.int().positive().meta({ example: 3 });
export const Notice = z
  .object({
    id: NoticeId,
    title: NoticeTitle,
    body: NoticeBody,
    platform: DesktopPlatform.nullable(),
    starts_at: Timestamp,
    ends_at: Timestamp.nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Notice' });

export const RemoveNoticeInput = z.object({ id: NoticeId });
export const ListNoticesInput = z.object({ limit: Limit(50), offset: Offset, cursor: Cursor });
export const NoticePage = z.object({ total: z.int(), next_cursor: NextCursor, notices: z.array(Notice) });
