import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { broadcast } from './broadcast.ts';
import { BroadcastInput, BroadcastReceipt, StreamedEvent, StreamInput } from './schemas.ts';
import { streamTrackedEvents } from './stream.ts';

const tags = ['Events'];

export const eventsRouter = router({
  broadcast: scopedProcedure('events', 'agent')
    .meta({
      openapi: {
        method: 'POST',
        path: '/events/broadcast',
        tags,
        summary: 'Broadcast an event',
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
        summary: "Stream the caller's events",
        description:
          'Server-sent events: `id`, and `data` with the event as JSON. Goes on after `Last-Event-ID`; a comment ' +
          'line comes every 15 seconds.',
      },
      rest: { event: StreamedEvent, flush_headers_early: true },
    })
    .input(StreamInput)
    .subscription(({ ctx, input, signal }) => streamTrackedEvents(ctx, input, signal)),
});
