import { sql } from 'drizzle-orm';
import { events, preparedStatements } from '../../../db/index.ts';
import type {
  Emit,
  EventContext,
  EventType,
  NewEvent,
  StoredEvent,
  TransientEvent,
  TransientPayloads,
} from './types.ts';
import { wakeSubscribers } from './wake-up.ts';

type EventHandler<T extends EventType> = (context: EventContext, event: StoredEvent<T>) => void;
export type EventHandlers = { readonly [T in EventType]?: readonly EventHandler<T>[] };

type TransientType = keyof TransientPayloads;
type TransientHandler<T extends TransientType> = (context: EventContext, event: TransientEvent<T>) => void;
export type TransientHandlers = { readonly [T in TransientType]: readonly TransientHandler<T>[] };

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

/**
 * Creates `emit`: it writes one row in `events`, runs the handlers, and wakes the subscribers. A transient event has
 * handlers only.
 */
export function createEmit(
  { db, clock, random, push, time_zone }: Omit<EventContext, 'emit'>,
  handlers: EventHandlers,
  transientHandlers: TransientHandlers,
): Emit {
  const context: EventContext = { db, clock, random, push, emit, time_zone };
  function emit(event: NewEvent | TransientEvent): number {
    if (isTransient(event)) {
      for (const handle of transientHandlers[event.type]) handle(context, event);
      return 0;
    }
    const created_at = clock.now();
    const { type, principal_id, payload } = event;
    const inserted = statements(db).insert.run({ type, principal_id, payload, created_at });
    const id = Number(inserted.lastInsertRowid);
    const handlersOfType = (handlers[type] ?? []) as readonly EventHandler<EventType>[];
    for (const handle of handlersOfType) handle(context, { ...event, id, created_at });
    wakeSubscribers(db, principal_id);
    return id;
  }
  return emit;

  function isTransient(event: NewEvent | TransientEvent): event is TransientEvent {
    return event.type in transientHandlers;
  }
}
