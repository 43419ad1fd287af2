import { eq } from 'drizzle-orm';
import { quiz_pools, quiz_sessions } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { isCorrect, listItems } from './items.ts';
import type { SessionRow } from './session.ts';
import { updateMastery } from './update-mastery.ts';

/**
 * Finishes an active session in the caller's transaction: scores it, with missing answers as wrong, updates the mastery
 * of a timed one, and emits `quiz.finished`. A session without any answer has no consequences.
 */
export function scoreSession(
  { db, emit }: Pick<Deps, 'db' | 'emit'>,
  session: SessionRow,
  finished_at: number,
): SessionRow {
  const { id, user_id, pool_id, mode, total } = session;
  const items = listItems(db, id);
  const correct = items.filter(isCorrect).length;
  const score = Math.round((100 * correct) / total);
  const finished = db
    .update(quiz_sessions)
    .set({ status: 'finished', finished_at, correct, score })
    .where(eq(quiz_sessions.id, id))
    .returning()
    .get();
  if (session.answered === 0) return finished;
  // In practice each answer updates the mastery at once.
  if (mode === 'timed') updateMastery(db, session, items);
  const pool = db
    .select({ title: quiz_pools.title, owner_id: quiz_pools.owner_id })
    .from(quiz_pools)
    .where(eq(quiz_pools.id, pool_id))
    .get();
  const pool_title = pool?.title ?? { ko: '', en: '' };
  const is_published = pool !== undefined && pool.owner_id === null;
  const payload = { session_id: id, pool_id, pool_title, mode, score, correct, total, is_published };
  const event_id = emit({ type: 'quiz.finished', principal_id: user_id, payload });
  return db.update(quiz_sessions).set({ event_id }).where(eq(quiz_sessions.id, id)).returning().get();
}
