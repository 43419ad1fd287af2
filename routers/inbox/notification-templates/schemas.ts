import { z } from 'zod';
import { Timestamp } from '../../core/wire-types.ts';
import { NOTIFICATION_TYPES } from './render.ts';

/** The fields that feed items and notifications share. */
export const NotificationContent = z.object({
  id: z.int().meta({ example: 57 }),
  type: z.string().meta({
    description: `The type of the event it was made from: ${NOTIFICATION_TYPES.join(', ')}`,
    example: 'level.reached',
  }),
  title: z.string().meta({ description: "In the reader's language", example: '레벨 5 달성' }),
  body: z.string().meta({ example: '지금까지 1000 XP를 모았습니다.' }),
  payload: z.record(z.string(), z.unknown()).meta({
    description: 'The facts, by which a client finds what it is about',
    example: { level: 5, total_xp: 1000 },
  }),
  created_at: Timestamp,
});
