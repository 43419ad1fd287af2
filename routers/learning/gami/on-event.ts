import { eq, sql } from 'drizzle-orm';
import { prepared, users } from '../../../db/index.ts';
import type { Happened, Scene } from '../../core/events/types.ts';
import { dayIsNoted, earn } from './award.ts';
import { earningsOf } from './rules.ts';

const statements = prepared((db) => ({
  byEmail: db
    .select({ id: users.id })
    .from(users)
    .where(eq(sql`lower(${users.email})`, sql`lower(${sql.placeholder('email')})`))
    .prepare(),
}));

/** Rewards what happened, by the table of rules. Guests earn nothing. */
export function reward(scene: Scene, event: Happened): void {
  const user_id = event.type === 'commit.stored' ? authorOf(scene, event) : event.principal_id;
  if (user_id === null) return;
  const { created_at: at, id: event_id } = event;
  const earnings = earningsOf(event);
  if (earnings.length === 0 && dayIsNoted(scene.db, user_id, at)) return;
  earn(scene, user_id, earnings, { at, event_id });
}

/**
 * Who a commit rewards: the user whose e-mail its author has; an author nobody knows is taken for the owner of the
 * project, since Git often has another address of theirs.
 */
function authorOf({ db }: Scene, { principal_id, payload }: Happened<'commit.stored'>): number | null {
  return statements(db).byEmail.get({ email: payload.author_email })?.id ?? principal_id;
}
