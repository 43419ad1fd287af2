import { tracked } from '@trpc/server';
import type { z } from 'zod';
import type { UserContext } from '../../core/procedures.ts';
import type { StreamedEvent, StreamInput } from './schemas.ts';
import { subscribeEvents } from './subscribe.ts';

/**
 * The caller's events with the ids that clients resume from. Not a generator itself, so that an error before the first
 * event is a response and not a broken stream. Throws RATE_LIMIT_EXCEEDED.
 */
export function streamTrackedEvents(
  ctx: UserContext,
  input: z.infer<typeof StreamInput>,
  disconnected: AbortSignal | undefined,
) {
  const last = input?.lastEventId;
  const after = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : null;
  return trackEvents(subscribeEvents(ctx, after, disconnected));
}

async function* trackEvents(events: AsyncGenerator<StreamedEvent>) {
  for await (const event of events) yield tracked(String(event.id), event);
}
