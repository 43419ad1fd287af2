import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_items, quiz_sessions, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { expireSessions } from './expire-sessions.ts';
import { correctOptionId, getItemOrThrow, type Item, isCorrect } from './items.ts';
import type { AnswerInput, AnswerOutput } from './schemas.ts';
import { getSessionOrThrow, type SessionRow } from './session.ts';
import { updateMastery } from './update-mastery.ts';

type Input = z.output<typeof AnswerInput>;

/**
 * One answer. In practice it is judged at once and stands; timed, it may be changed until the end and says nothing.
 * Throws NOT_FOUND for a question or an option that is not of this session, ALREADY_ANSWERED, QUIZ_TIME_OVER and
 * QUIZ_FINISHED.
 */
export function answerQuestion(ctx: UserContext, input: Input): AnswerOutput {
  expireSessions(ctx, ctx.caller.principal_id);
  return transact(ctx.db, () => {
    const session = getSessionOrThrow(ctx, input.session_id);
    const asked = getItemOrThrow(ctx.db, session.id, input.question_id);
    if (input.selected_option_id > asked.wording.options.length) throw new ApiError('NOT_FOUND');
    if (ranOut(session, ctx.clock.now())) throw new ApiError('QUIZ_TIME_OVER');
    if (session.status === 'finished') throw new ApiError('QUIZ_FINISHED');
    const before = asked.item.selected_option_id;
    if (session.mode === 'practice' && before !== null) throw new ApiError('ALREADY_ANSWERED');
    const given = choose(ctx, session, asked, input.selected_option_id);
    if (session.mode === 'practice') {
      updateMastery(ctx.db, session, [given]);
      return gradeAnswer(ctx, given);
    }
    const answered = session.answered + Number(before === null);
    return {
      question_id: input.question_id,
      accepted: true as const,
      answered,
      remaining: session.total - answered,
    };
  });
}

/** It may have run out while this call waited for its turn to write. */
function ranOut({ expires_at, finished_at }: SessionRow, now: number): boolean {
  return expires_at !== null && (finished_at ?? now) >= expires_at;
}

function choose(
  { db, clock }: UserContext,
  session: SessionRow,
  asked: Item,
  selected_option_id: number,
): Item {
  const now = clock.now();
  const first = asked.item.answered_at === null;
  const took_ms = first
    ? Math.max(0, now - (session.last_answer_at ?? session.started_at))
    : asked.item.took_ms;
  const chosen = { selected_option_id, answered_at: now, took_ms };
  const { position } = asked.item;
  const its = and(eq(quiz_items.session_id, session.id), eq(quiz_items.position, position));
  db.update(quiz_items).set(chosen).where(its).run();
  if (first) {
    db.update(quiz_sessions)
      .set({ answered: sql`${quiz_sessions.answered} + 1`, last_answer_at: now })
      .where(eq(quiz_sessions.id, session.id))
      .run();
  }
  return { ...asked, item: { ...asked.item, ...chosen } };
}

/** What is told of an answer once it cannot be changed any more. */
export function gradeAnswer({ language }: Pick<UserContext, 'language'>, item: Item) {
  const { explanation, learning_tip } = item.wording;
  return {
    question_id: item.item.question_id,
    is_correct: isCorrect(item),
    correct_option_id: correctOptionId(item),
    explanation: explanation?.[language] ?? null,
    learning_tip: learning_tip?.[language] ?? null,
  };
}
