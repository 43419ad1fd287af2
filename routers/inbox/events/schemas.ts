import { z } from 'zod';
import { FreeObject } from '../../core/free-form.ts';
import { Instant } from '../../core/instant.ts';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const event_type = TrimmedText(100).meta({ example: 'llm_rate_limit_hit' });
const payload = FreeObject;

export const BroadcastInput = z.object({
  event_type,
  payload: payload.default({}).meta({
    description: "A `user_id` in it (a number or `user_…`) makes the event that user's",
    example: { model: 'gpt-4o', user_id: 123 },
  }),
  timestamp: Instant.optional().meta({
    description: 'When it happened there, in UTC unless it says otherwise; now unless given',
    example: '2025-10-28T11:00:00Z',
  }),
});

export const BroadcastReceipt = z.object({ event_id: z.int().meta({ example: 4711 }) });

export const StreamInput = z
  .object({
    lastEventId: z
      .string()
      .max(30)
      .optional()
      .meta({ description: 'Where to go on after; from now on unless given', example: '4711' }),
  })
  .optional();

export const StreamedEvent = z
  .object({
    id: z.int().meta({ example: 4711 }),
    event_type: event_type.meta({ example: 'job.completed' }),
    origin: z.enum(['product', 'broadcast']).meta({ description: 'Who says so' }),
    payload: payload.meta({ example: { job_id: 12, project_id: 3, status: 'success' } }),
    timestamp: Timestamp,
  })
  .meta({ id: 'Event' });
export type StreamedEvent = z.infer<typeof StreamedEvent>;
