import type { QuizPool } from '../../../db/content/quiz.ts';
import { seedPools } from '../../../db/seed.ts';
import type { Parts } from '../../context.ts';

/** Brings the pools that ship up to date, at every start, and tells everyone of those that are new. */
export function publishPools({ db, clock, emit }: Parts, pools: readonly QuizPool[]) {
  return seedPools(db, pools, clock.now(), (tx, { id, title, questions }) => {
    const payload = { pool_id: id as number, title, question_count: questions.length };
    emit(tx, { type: 'quiz.published', principal_id: null, payload });
  });
}
