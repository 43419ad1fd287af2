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

/** Notifies the user of an event, and queues a push to their devices unless they have turned pushes off. */
export function notify(context: EventContext, event: StoredEvent): void {
  // A broadcast without an addressee appears only in its owner's event stream.
  if (event.type === 'broadcast' && !event.payload.addressed) return;
  const { db, emit } = context;
  const content = findNotificationContent(event);
  const recipient = findRecipient(db, event.principal_id);
  if (!content || !recipient) return;
  const { id: principal_id } = recipient;
  const row = { ...content, principal_id, created_at: event.created_at };
  const id = Number(statements(db).insert.run(row).lastInsertRowid);
  if (recipient.push) enqueuePush(context, { id, principal_id });
  emit({
    type: 'notification.created',
    principal_id,
    payload: { notification_id: id, type: content.type },
  });
}
