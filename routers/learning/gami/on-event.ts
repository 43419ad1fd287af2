import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { foldEmail, preparedStatements, users } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { award } from './award.ts';
import { isUserDayRecorded } from './award-account.ts';
import { listEarnings } from './rules.ts';

const statements = preparedStatements((db) => ({
  byEmail: db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.email_key, sql.placeholder('email_key')), isNotNull(users.email_verified_at)))
    .prepare(),
}));

/** Grants what an event earns by the table of rules. Guests earn nothing. */
export function awardForEvent(ctx: EventContext, event: StoredEvent): void {
  const user_id = event.type === 'commit.stored' ? findAuthorId(ctx, event) : event.principal_id;
  if (user_id === null) return;
  const { created_at: at, id: event_id } = event;
  const earnings = listEarnings(event);
  if (earnings.length === 0 && isUserDayRecorded(ctx.db, user_id, at)) return;
  award(ctx, user_id, earnings, { at, event_id });
}

/**
 * The user whom a commit rewards: the one with the author's e-mail, if it is verified, else the owner of the project, since people often
 * use another address in Git.
 */
function findAuthorId(
  { db }: EventContext,
  { principal_id, payload }: StoredEvent<'commit.stored'>,
): number | null {
  return statements(db).byEmail.get({ email_key: foldEmail(payload.author_email) })?.id ?? principal_id;
}
