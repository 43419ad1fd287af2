import { sql } from 'drizzle-orm';
import { events, prepared } from '../db/index.ts';
import { mergeSettings } from './accounts/settings/settings.ts';
import type { Emit, EventType, Happened, Scene } from './core/events/types.ts';
import { announce } from './core/events/wake-up.ts';
import { feed } from './inbox/feed/on-event.ts';
import { notify } from './inbox/notifications/on-event.ts';
import { finishTasks } from './inbox/tasks/on-event.ts';
import { reward } from './learning/gami/on-event.ts';
import { mergeChats } from './safety/chatbot/history.ts';
import { mergeHistory } from './safety/history/merge.ts';

type Reaction<T extends EventType> = (scene: Scene, event: Happened<T>) => void;

/** All of a guest that becomes a user's at login. */
const MERGES = [mergeHistory, mergeChats, mergeSettings];

/** What follows from what: event type → verbs of other domains, run in this order in the same transaction. */
const REACTIONS: { [T in EventType]?: Reaction<T>[] } = {
  'guest.became_user': [
    ({ tx }, { principal_id, payload }) => {
      if (principal_id === null) return;
      for (const merge of MERGES) merge(tx, payload.guest_principal_id, principal_id);
    },
  ],
  'user.logged_in': [reward],
  'commit.stored': [reward],
  'job.completed': [reward, feed, notify],
  'job.failed': [feed, notify],
  'scan.dangerous': [reward, feed],
  'scan.reported': [reward],
  'diff.dangerous': [feed, notify],
  'quiz.finished': [reward, finishTasks],
  'quiz.published': [feed],
  'badge.earned': [feed, notify],
  'level.reached': [feed, notify],
  'reward.redeemed': [notify],
  'task.assigned': [feed, notify],
  'task.due': [feed, notify],
  'task.completed': [reward],
  'device.signed_in': [notify],
  broadcast: [notify],
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

/** Binds `emit` to the composition: one row in `events`, then the reactions, and word to those who listen. */
export function makeEmit({ db, clock, random, push, time_zone }: Omit<Scene, 'tx' | 'emit'>): Emit {
  const emit: Emit = (tx, event) => {
    const created_at = clock.now();
    const { type, principal_id, payload } = event;
    const written = statements(db).insert.run({ type, principal_id, payload, created_at });
    const id = Number(written.lastInsertRowid);
    const scene: Scene = { tx, db, clock, random, push, emit, time_zone };
    for (const react of reactionsTo(event.type)) react(scene, { ...event, id, created_at });
    announce(db, event.principal_id);
    return id;
  };
  return emit;
}

function reactionsTo(type: EventType): Reaction<EventType>[] {
  return (REACTIONS[type] ?? []) as Reaction<EventType>[];
}
