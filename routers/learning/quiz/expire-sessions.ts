import { and, eq, lte, sql } from 'drizzle-orm';
import { preparedStatements, quiz_sessions, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { scoreSession } from './score-session.ts';

/** Sessions finished by one run of the scheduled job. */
const BATCH = 500;

const statements = preparedStatements((db) => {
  // The condition is written as in the partial index, so that SQLite uses it.
  const active = sql`${quiz_sessions.status} = 'active'`;
  const isExpired = and(active, lte(quiz_sessions.expires_at, sql.placeholder('now')));
  return {
    all: db.select().from(quiz_sessions).where(isExpired).limit(BATCH).prepare(),
    users: db
      .select()
      .from(quiz_sessions)
      .where(and(eq(quiz_sessions.user_id, sql.placeholder('user_id')), isExpired))
      .prepare(),
    again: db
      .select()
      .from(quiz_sessions)
      .where(and(eq(quiz_sessions.id, sql.placeholder('id')), active))
      .prepare(),
  };
});

/**
 * Finishes timed sessions past their deadline with the answers given in time: those of one user before every operation,
 * everyone's on schedule. Returns how many.
 */
export function expireSessions(deps: Pick<Deps, 'db' | 'clock' | 'emit'>, user_id?: number): number {
  const { db } = deps;
  const now = deps.clock.now();
  const rows =
    user_id === undefined ? statements(db).all.all({ now }) : statements(db).users.all({ now, user_id });
  for (const { id, expires_at } of rows) {
    transact(db, () => {
      // Another process may have finished it in the meantime.
      const row = statements(db).again.get({ id });
      if (row) scoreSession(deps, row, expires_at as number);
    });
  }
  return rows.length;
}
