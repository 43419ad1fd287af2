import { sql } from 'drizzle-orm';
import { events, prepared } from '../db/index.ts';
import { mergeSettings } from './accounts/settings/settings.ts';
import type { Parts, Tx } from './context.ts';
import type { Emit, EventPayloads, EventType } from './event-types.ts';
import { announce } from './inbox/events/live.ts';
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

const statements = prepared((db) => ({
  insert: db
    .insert(events)
    .values({
      type: sql.placeholder('type'),
      principal_id: sql.placeholder('principal_id'),
      payload: sql.placeholder('payload'),
      created_at: sql.placeholder('created_at'),
    })
    .prepare(),
}));

/** Binds `emit` to database and clock: one row in `events`, then the reactions, and word to those who listen. */
export function makeEmit({ db, clock }: Pick<Parts, 'db' | 'clock'>): Emit {
  return (tx, event) => {
    const { lastInsertRowid } = statements(db).insert.run({ ...event, created_at: clock.now() });
    for (const react of reactionsTo(event.type)) react(tx, event);
    announce(db, event.principal_id);
    return Number(lastInsertRowid);
  };
}

function reactionsTo(type: EventType): Reaction<EventType>[] {
  return (REACTIONS[type] ?? []) as Reaction<EventType>[];
}
