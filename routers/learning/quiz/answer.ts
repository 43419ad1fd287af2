import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_items, quiz_sessions, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { expireSessions } from './expire-sessions.ts';
import { getItemOrThrow, isCorrect, type SessionItem, toCorrectOptionId } from './items.ts';
import type { AnswerQuestionInput, AnswerResult } from './schemas.ts';
import { getSessionOrThrow, type SessionRow } from './session.ts';
import { updateMastery } from './update-mastery.ts';

/**
 * Records an answer. In practice it is graded at once and final; in a timed session it may be changed until the end and
 * is not graded. Throws NOT_FOUND for a question or an option that is not of this session, ALREADY_ANSWERED,
 * QUIZ_TIME_OVER and QUIZ_FINISHED.
 */
export function answerQuestion(ctx: UserContext, input: z.output<typeof AnswerQuestionInput>): AnswerResult {
  expireSessions(ctx, ctx.caller.principal_id);
  return transact(ctx.db, () => {
    const session = getSessionOrThrow(ctx, input.session_id);
    const item = getItemOrThrow(ctx.db, session.id, input.question_id);
    if (input.selected_option_id > item.content.options.length) throw new ApiError('NOT_FOUND');
    if (isTimeOver(session, ctx.clock.now())) throw new ApiError('QUIZ_TIME_OVER');
    if (session.status === 'finished') throw new ApiError('QUIZ_FINISHED');
    const previousOption = item.item.selected_option_id;
    if (session.mode === 'practice' && previousOption !== null) throw new ApiError('ALREADY_ANSWERED');
    const answer = recordChoice(ctx, session, item, input.selected_option_id);
    if (session.mode === 'practice') {
      updateMastery(ctx.db, session, [answer]);
      return { kind: 'judgement' as const, ...gradeAnswer(ctx, answer) };
    }
    const answered = session.answered + Number(previousOption === null);
    return {
      kind: 'receipt' as const,
      question_id: input.question_id,
      accepted: true as const,
      answered,
      remaining: session.total - answered,
    };
  });
}

/** The time may have ended while this call waited for the write lock. */
function isTimeOver({ expires_at, finished_at }: SessionRow, now: number): boolean {
  return expires_at !== null && (finished_at ?? now) >= expires_at;
}

function recordChoice(
  { db, clock }: UserContext,
  session: SessionRow,
  item: SessionItem,
  selected_option_id: number,
): SessionItem {
  const now = clock.now();
  const isFirst = item.item.answered_at === null;
  const took_ms = isFirst
    ? Math.max(0, now - (session.last_answer_at ?? session.started_at))
    : item.item.took_ms;
  const choice = { selected_option_id, answered_at: now, took_ms };
  const { position } = item.item;
  const isItem = and(eq(quiz_items.session_id, session.id), eq(quiz_items.position, position));
  db.update(quiz_items).set(choice).where(isItem).run();
  if (isFirst) {
    db.update(quiz_sessions)
      .set({ answered: sql`${quiz_sessions.answered} + 1`, last_answer_at: now })
      .where(eq(quiz_sessions.id, session.id))
      .run();
  }
  return { ...item, item: { ...item.item, ...choice } };
}

/** The grade of an answer that is final. */
export function gradeAnswer({ language }: Pick<UserContext, 'language'>, item: SessionItem) {
  const { explanation, learning_tip } = item.content;
  return {
    question_id: item.item.question_id,
    is_correct: isCorrect(item),
    correct_option_id: toCorrectOptionId(item),
    explanation: explanation?.[language] ?? null,
    learning_tip: learning_tip?.[language] ?? null,
  };
}
