import { eq, sql } from 'drizzle-orm';
import { type Db, preparedStatements, settings, users } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import type { StoredEvent } from '../../core/events/types.ts';
import { NOTIFICATION_TEMPLATES, type NotificationType } from './texts.ts';

export const NOTIFICATION_TYPES = Object.keys(NOTIFICATION_TEMPLATES) as [
  NotificationType,
  ...NotificationType[],
];

/** The type and payload of an event's notification; null for events without one. */
export function findNotificationContent(
  event: StoredEvent,
): { type: NotificationType; payload: Record<string, unknown> } | null {
  if (!isNotificationType(event.type)) return null;
  const toPayload = NOTIFICATION_TEMPLATES[event.type].toPayload as (
    payload: unknown,
  ) => Record<string, unknown>;
  return { type: event.type, payload: toPayload(event.payload) };
}

/** The title and body of a stored notification in the reader's language. */
export function renderNotification(
  { type, payload }: { type: string; payload: Record<string, unknown> },
  language: Language,
): { title: string; body: string } {
  // A row of a type without a template is shown by its type.
  if (!isNotificationType(type)) return { title: type, body: '' };
  const render = NOTIFICATION_TEMPLATES[type][language] as (payload: unknown) => [string, string];
  const [title, body] = render(payload);
  return { title, body };
}

function isNotificationType(type: string): type is NotificationType {
  return Object.hasOwn(NOTIFICATION_TEMPLATES, type);
}

const statements = preparedStatements((db) => ({
  reader: db
    .select({ notification_enabled: settings.notification_enabled })
    .from(users)
    .leftJoin(settings, eq(settings.principal_id, users.id))
    .where(eq(users.id, sql.placeholder('principal_id')))
    .prepare(),
}));

/** The recipient of an event, when it is a user: guests have neither feed nor notifications. */
export function findRecipient(db: Db, principal_id: number | null): { id: number; push: boolean } | null {
  if (principal_id === null) return null;
  const row = statements(db).reader.get({ principal_id });
  return row ? { id: principal_id, push: row.notification_enabled ?? true } : null;
}
