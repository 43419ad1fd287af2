import { sql } from 'drizzle-orm';
import { notifications, preparedStatements } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { findNotificationContent, findRecipient } from '../notification-templates/render.ts';
import { enqueuePush } from '../push/enqueue.ts';

const statements = preparedStatements((db) => ({
  insert: db
    .insert(notifications)
    .values({
      principal_id: sql.placeholder('principal_id'),
      type: sql.placeholder('type'),
      payload: sql.placeholder('payload'),
      created_at: sql.placeholder('created_at'),
    })
    .prepare(),
}));

/** Notifies whom it concerns of what happened, and queues it for his devices unless he wants no pushes. */
export function notify(scene: EventContext, event: StoredEvent): void {
  // What a service tells no one in particular is in its owner's event stream, and no more than that.
  if (event.type === 'broadcast' && !event.payload.addressed) return;
  const { db, emit } = scene;
  const news = findNotificationContent(event);
  const reader = findRecipient(db, event.principal_id);
  if (!news || !reader) return;
  const { id: principal_id } = reader;
  const row = { ...news, principal_id, created_at: event.created_at };
  const id = Number(statements(db).insert.run(row).lastInsertRowid);
  if (reader.push) enqueuePush(scene, { id, principal_id });
  emit({
    type: 'notification.created',
    principal_id,
    payload: { notification_id: id, type: news.type },
  });
}
