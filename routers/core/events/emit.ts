import { sql } from 'drizzle-orm';
import { events, preparedStatements } from '../../../db/index.ts';
import type { Emit, EventContext, EventType, StoredEvent } from './types.ts';
import { wakeSubscribers } from './wake-up.ts';

export type EventHandler<T extends EventType> = (context: EventContext, event: StoredEvent<T>) => void;
export type EventHandlers = { readonly [T in EventType]?: readonly EventHandler<T>[] };

const statements = preparedStatements((db) => ({
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

/** What emits an event: writes one row in `events`, runs its handlers, then wakes the subscribers. */
export function createEmit(
  { db, clock, random, push, time_zone }: Omit<EventContext, 'emit'>,
  handlers: EventHandlers,
): Emit {
  const emit: Emit = (event) => {
    const created_at = clock.now();
    const { type, principal_id, payload } = event;
    const inserted = statements(db).insert.run({ type, principal_id, payload, created_at });
    const id = Number(inserted.lastInsertRowid);
    const context: EventContext = { db, clock, random, push, emit, time_zone };
    const handlersOfType = (handlers[type] ?? []) as readonly EventHandler<EventType>[];
    for (const handle of handlersOfType) handle(context, { ...event, id, created_at });
    wakeSubscribers(db, principal_id);
    return id;
  };
  return emit;
}
