import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { FreeObject } from '../../core/free-form.ts';
import { localizedMessage } from '../../core/validation-messages.ts';
import { Limit, Offset, Page, Timestamp } from '../../core/wire-types.ts';
import { NotificationContent } from '../notification-templates/schemas.ts';

export const FeedInput = z.object({
  cursor: Cursor,
  page: Page.meta({ description: 'Which page, from 1, the newest items first; not with since_id' }),
  limit: Limit(10),
  since_id: z.int().min(0).optional().meta({
    description: 'Only items that came after this one, the oldest first',
    example: 57,
  }),
});

export const Feed = z
  .object({
    items: z.array(NotificationContent.meta({ id: 'FeedItem' })),
    page: z.int().meta({ description: '1 with since_id', example: 1 }),
    limit: z.int().meta({ example: 10 }),
    total: z.int().meta({ description: 'How many there are; with since_id, after it', example: 34 }),
    next_cursor: NextCursor,
    has_more: z.boolean(),
    next_since_id: z.int().meta({
      description: 'The newest item that this answer has; without items, what was sent, or 0',
      example: 57,
    }),
  })
  .meta({ id: 'Feed' });

const MAX_DEVICE_INFO_CHARS = 4000;

export const MobileFeedbackInput = z.object({
  rating: z.int().min(1).max(5).meta({ example: 4 }),
  comment: z
    .string()
    .trim()
    .max(5000)
    .nullish()
    .meta({ description: 'Personal data in it is masked', example: '퀴즈 푸는 화면이 가끔 멈춰요.' }),
  screen_name: z.string().trim().max(200).nullish().meta({ example: '/quiz/session/123' }),
  device_info: FreeObject.refine(
    (info) => JSON.stringify(info).length <= MAX_DEVICE_INFO_CHARS,
    localizedMessage(
      `JSON으로 ${MAX_DEVICE_INFO_CHARS}자까지 입력할 수 있습니다`,
      `Enter at most ${MAX_DEVICE_INFO_CHARS} characters of JSON`,
    ),
  )
    .nullish()
    .meta({ example: { os: 'android', version: '13' } }),
});

export const MobileFeedback = z
  .object({
    id: z.int().meta({ example: 8 }),
    rating: z.int().meta({ example: 4 }),
    comment: z.string().nullable().meta({ example: '퀴즈 푸는 화면이 가끔 멈춰요.' }),
    screen_name: z.string().nullable().meta({ example: '/quiz/session/123' }),
    device_info: z.record(z.string(), z.unknown()).meta({ example: { os: 'android', version: '13' } }),
    created_at: Timestamp,
  })
  .meta({ id: 'MobileFeedback' });

export const MobileFeedbackListInput = z.object({
  rating: z.int().min(1).max(5).optional().meta({ example: 4 }),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

export const MobileFeedbackPage = z.object({
  total: z.int(),
  next_cursor: NextCursor,
  feedback: z.array(
    MobileFeedback.extend({
      user_id: z.string().meta({ example: 'user_20251027_001' }),
      username: z.string().meta({ example: 'kim' }),
    }).meta({ id: 'MobileFeedbackOfUser' }),
  ),
});
