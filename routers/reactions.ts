import { events } from '../db/index.ts';
import { mergeSettings } from './accounts/settings/settings.ts';
import type { Parts, Tx } from './context.ts';
import type { Emit, EventPayloads, EventType } from './event-types.ts';
import { mergeChats } from './safety/chatbot/history.ts';
import { mergeHistory } from './safety/history/merge.ts';

type Reaction<T extends EventType> = (
  tx: Tx,
  event: { principal_id: number | null; payload: EventPayloads[T] },
) => void;

/** All of a guest that becomes a user's at login. */
const MERGES = [mergeHistory, mergeChats, mergeSettings];

/** What follows from what: event type → verbs of other domains, run in the same transaction. */
const REACTIONS: { [T in EventType]?: Reaction<T>[] } = {
  'guest.became_user': MERGES.map((merge) => (tx, { principal_id, payload }) => {
    if (principal_id !== null) merge(tx, payload.guest_principal_id, principal_id);
  }),
};

/** Binds `emit` to the clock: one row in `events`, then the reactions. */
export function makeEmit({ clock }: Pick<Parts, 'clock'>): Emit {
  return (tx, event) => {
    tx.insert(events)
      .values({ ...event, payload: { ...event.payload }, created_at: clock.now() })
      .run();
    for (const react of reactionsTo(event.type)) react(tx, event);
  };
}

function reactionsTo(type: EventType): Reaction<EventType>[] {
  return (REACTIONS[type] ?? []) as Reaction<EventType>[];
}
