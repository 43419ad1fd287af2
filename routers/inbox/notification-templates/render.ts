import { eq, sql } from 'drizzle-orm';
import { type Db, prepared, settings, users } from '../../../db/index.ts';
import type { Language } from '../../core/errors.ts';
import type { Happened } from '../../core/events/types.ts';
import { NEWS, type NewsType } from './texts.ts';

export const NEWS_TYPES = Object.keys(NEWS) as [NewsType, ...NewsType[]];

/** What is kept of an event; null when it is not news to anyone. */
export function newsOf(event: Happened): { type: NewsType; payload: Record<string, unknown> } | null {
  if (!isNews(event.type)) return null;
  const keep = NEWS[event.type].keep as (payload: unknown) => Record<string, unknown>;
  return { type: event.type, payload: keep(event.payload) };
}

/** What was kept, as sentences in the reader's language. */
export function sentences(
  { type, payload }: { type: string; payload: Record<string, unknown> },
  language: Language,
): { title: string; body: string } {
  // A row of a type that a later version no longer has still shows something.
  if (!isNews(type)) return { title: type, body: '' };
  const say = NEWS[type][language] as (kept: unknown) => [string, string];
  const [title, body] = say(payload);
  return { title, body };
}

function isNews(type: string): type is NewsType {
  return Object.hasOwn(NEWS, type);
}

const statements = prepared((db) => ({
  reader: db
    .select({ notification_enabled: settings.notification_enabled })
    .from(users)
    .leftJoin(settings, eq(settings.principal_id, users.id))
    .where(eq(users.id, sql.placeholder('principal_id')))
    .prepare(),
}));

/** Whom an event concerns, when that is a user: guests have neither feed nor notifications. */
export function readerOf(db: Db, principal_id: number | null): { id: number; push: boolean } | null {
  if (principal_id === null) return null;
  const row = statements(db).reader.get({ principal_id });
  return row ? { id: principal_id, push: row.notification_enabled ?? true } : null;
}
