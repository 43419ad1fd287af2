import { tracked } from '@trpc/server';
import { router, scopedProcedure, type UserContext, userProcedure } from '../../core/procedures.ts';
import { broadcast } from './broadcast.ts';
import { BroadcastInput, BroadcastReceipt, type StreamedEvent, StreamInput } from './schemas.ts';
import { subscribeEvents } from './subscribe.ts';

const tags = ['Events'];

export const eventsRouter = router({
  broadcast: scopedProcedure('events', 'agent')
    .meta({
      openapi: {
        method: 'POST',
        path: '/events/broadcast',
        tags,
        summary: 'Tell what happened',
        description:
          "A `user_id` in the payload makes it that user's; without one, or when there is no such user, it goes to " +
          'the owner of the key. Users tell only themselves.',
      },
      rest: { status: 202 },
    })
    .input(BroadcastInput)
    .output(BroadcastReceipt)
    .mutation(({ ctx, input }) => broadcast(ctx, input)),

  stream: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/events/stream',
        tags,
        summary: 'My events as they happen',
        description:
          'Server-sent events: `id`, and `data` with the event as JSON. Goes on after `Last-Event-ID`; a comment ' +
          'line comes every 15 seconds.',
      },
      rest: { at_once: true },
    })
    .input(StreamInput)
    .subscription(({ ctx, input, signal }) => stream(ctx, input?.lastEventId, signal)),
});

/** What cannot begin is an answer; what has begun is a stream. */
function stream(ctx: UserContext, last: string | undefined, left: AbortSignal | undefined) {
  const after = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : null;
  return trackEvents(subscribeEvents(ctx, after, left));
}

async function* trackEvents(events: AsyncGenerator<StreamedEvent>) {
  for await (const event of events) yield tracked(String(event.id), event);
}
