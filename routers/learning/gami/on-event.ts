import { eq, sql } from 'drizzle-orm';
import { preparedStatements, users } from '../../../db/index.ts';
import type { EventContext, StoredEvent } from '../../core/events/types.ts';
import { award, isUserDayRecorded } from './award.ts';
import { listEarnings } from './rules.ts';

const statements = preparedStatements((db) => ({
  byEmail: db
    .select({ id: users.id })
    .from(users)
    .where(eq(sql`lower(${users.email})`, sql`lower(${sql.placeholder('email')})`))
    .prepare(),
}));

/** Rewards what happened, by the table of rules. Guests earn nothing. */
export function awardForEvent(scene: EventContext, event: StoredEvent): void {
  const user_id = event.type === 'commit.stored' ? authorOf(scene, event) : event.principal_id;
  if (user_id === null) return;
  const { created_at: at, id: event_id } = event;
  const earnings = listEarnings(event);
  if (earnings.length === 0 && isUserDayRecorded(scene.db, user_id, at)) return;
  award(scene, user_id, earnings, { at, event_id });
}

/**
 * Who a commit rewards: the user whose e-mail its author has; an author nobody knows is taken for the owner of the
 * project, since Git often has another address of theirs.
 */
function authorOf(
  { db }: EventContext,
  { principal_id, payload }: StoredEvent<'commit.stored'>,
): number | null {
  return statements(db).byEmail.get({ email: payload.author_email })?.id ?? principal_id;
}
