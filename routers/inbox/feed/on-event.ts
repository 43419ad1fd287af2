import { sql } from 'drizzle-orm';
import { feed_items, preparedStatements } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { findNotificationContent, findRecipient } from '../notification-templates/render.ts';

const statements = preparedStatements((db) => ({
  insert: db
    .insert(feed_items)
    .values({
      principal_id: sql.placeholder('principal_id'),
      type: sql.placeholder('type'),
      payload: sql.placeholder('payload'),
      created_at: sql.placeholder('created_at'),
    })
    .prepare(),
}));

/** Adds an event to the feed of its user; a quiz for everyone goes into everyone's feed. */
export function addFeedItem({ db }: EventContext, event: StoredEvent): void {
  const { principal_id, created_at } = event;
  const forEveryone = event.type === 'quiz.published' && principal_id === null;
  const content = findNotificationContent(event);
  if (!content || !(forEveryone || findRecipient(db, principal_id))) return;
  statements(db).insert.run({ ...content, principal_id, created_at });
}
