import { sql } from 'drizzle-orm';
import { events, preparedStatements } from '../db/index.ts';
import { mergeSettings } from './accounts/settings/settings.ts';
import type {
  Emit,
  EventContext,
  EventType,
  NewEvent,
  StoredEvent,
  TransientEvent,
  TransientPayloads,
} from './core/events/types.ts';
import { wakeSubscribers } from './core/events/wake-up.ts';
import { addFeedItem } from './inbox/feed/on-event.ts';
import { notify } from './inbox/notifications/on-event.ts';
import { completeQuizTasks } from './inbox/tasks/on-event.ts';
import { countScansForBadges } from './learning/gami/count-scans-for-badges.ts';
import { awardForEvent } from './learning/gami/on-event.ts';
import { mergeChats } from './safety/chatbot/history.ts';
import { mergeHistory } from './safety/history/merge.ts';

type EventHandler<T extends EventType> = (context: EventContext, event: StoredEvent<T>) => void;
type TransientType = keyof TransientPayloads;
type TransientHandler<T extends TransientType> = (context: EventContext, event: TransientEvent<T>) => void;

/** What a guest passes on to the user it becomes at login. */
const MERGES = [mergeHistory, mergeChats, mergeSettings];

/** The handlers of each event type, run in this order in the transaction of the event. */
const EVENT_HANDLERS: { [T in EventType]?: EventHandler<T>[] } = {
  'guest.became_user': [
    ({ db }, { principal_id, payload }) => {
      if (principal_id === null) return;
      for (const merge of MERGES) merge(db, payload.guest_principal_id, principal_id);
    },
  ],
  'user.logged_in': [awardForEvent],
  'commit.stored': [awardForEvent],
  'job.completed': [awardForEvent, addFeedItem, notify],
  'job.failed': [addFeedItem, notify],
  'scan.dangerous': [awardForEvent, addFeedItem],
  'scan.reported': [awardForEvent],
  'diff.dangerous': [addFeedItem, notify],
  'quiz.finished': [awardForEvent, completeQuizTasks],
  'quiz.published': [addFeedItem],
  'badge.earned': [addFeedItem, notify],
  'level.reached': [addFeedItem, notify],
  'reward.redeemed': [notify],
  'task.assigned': [addFeedItem, notify],
  'task.due': [addFeedItem, notify],
  'task.completed': [awardForEvent],
  'device.signed_in': [notify],
  broadcast: [notify],
};

/** The handlers of transient events, run in the transaction that emits them. */
const TRANSIENT_HANDLERS: { [T in TransientType]: TransientHandler<T>[] } = {
  'scans.recorded': [countScansForBadges],
};

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

/** Creates `emit`: it writes one row in `events`, runs the handlers, and wakes the subscribers. */
export function createEmit({ db, clock, random, push, time_zone }: Omit<EventContext, 'emit'>): Emit {
  const context: EventContext = { db, clock, random, push, emit, time_zone };
  function emit(event: NewEvent | TransientEvent): number {
    if (isTransient(event)) {
      for (const handle of TRANSIENT_HANDLERS[event.type]) handle(context, event);
      return 0;
    }
    const created_at = clock.now();
    const { type, principal_id, payload } = event;
    const written = statements(db).insert.run({ type, principal_id, payload, created_at });
    const id = Number(written.lastInsertRowid);
    for (const handle of findHandlers(event.type)) handle(context, { ...event, id, created_at });
    wakeSubscribers(db, event.principal_id);
    return id;
  }
  return emit;
}

function isTransient(event: NewEvent | TransientEvent): event is TransientEvent {
  return event.type in TRANSIENT_HANDLERS;
}

function findHandlers(type: EventType): EventHandler<EventType>[] {
  return (EVENT_HANDLERS[type] ?? []) as EventHandler<EventType>[];
}
