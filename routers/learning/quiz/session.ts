import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { preparedStatements, quiz_sessions } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { expireSessions } from './expire-sessions.ts';
import { listItems, type SessionItem } from './items.ts';
import type { QuizSession, QuizSessionRef } from './schemas.ts';

export type SessionRow = typeof quiz_sessions.$inferSelect;

const statements = preparedStatements((db) => ({
  session: db
    .select()
    .from(quiz_sessions)
    .where(eq(quiz_sessions.id, sql.placeholder('id')))
    .prepare(),
}));

/** One of the caller's sessions. Throws NOT_FOUND. */
export function getSessionOrThrow(
  { db, caller }: Pick<UserContext, 'db' | 'caller'>,
  id: number,
): SessionRow {
  const row = statements(db).session.get({ id });
  if (!row || row.user_id !== caller.principal_id) throw new ApiError('NOT_FOUND');
  return row;
}

/** Throws NOT_FOUND. */
export function getSession(ctx: UserContext, input: z.output<typeof QuizSessionRef>): QuizSession {
  expireSessions(ctx, ctx.caller.principal_id);
  return toSession(ctx, getSessionOrThrow(ctx, input.session_id));
}

/** A session as the wire carries it: with the selected options and never the right ones. */
export function toSession({ db, language }: UserContext, row: SessionRow): QuizSession {
  const { id, pool_id, mode, status, total, answered, started_at, expires_at } = row;
  return {
    id,
    session_id: id,
    pool_id,
    mode,
    status,
    started_at: toIso(started_at),
    expires_at: expires_at === null ? null : toIso(expires_at),
    total,
    answered,
    questions: listItems(db, id).map((item) => toAskedQuestion(item, language)),
  };
}

function toAskedQuestion(
  { item, content }: SessionItem,
  language: Language,
): QuizSession['questions'][number] {
  const { question_text, code, code_language, topic, difficulty, options } = content;
  const { question_id, option_order, selected_option_id } = item;
  return {
    question_id,
    question_text: question_text[language],
    code,
    code_language,
    topic,
    difficulty,
    options: option_order.map((place, i) => ({ option_id: i + 1, text: options[place]?.[language] ?? '' })),
    answered: selected_option_id !== null,
    selected_option_id,
  };
}
