import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import {
  question_revisions,
  quiz_items,
  quiz_pools,
  quiz_questions,
  quiz_sessions,
  transact,
} from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { expireSessions } from './expire-sessions.ts';
import { MAX_OPEN_SESSIONS, SECONDS_PER_QUESTION } from './rules.ts';
import type { QuizSession, StartQuizInput } from './schemas.ts';
import { scoreSession } from './score-session.ts';
import { toSession } from './session.ts';
import { shuffle } from './shuffle.ts';

/**
 * Starts a session with random questions of a pool, and finishes the caller's oldest sessions beyond the limit. Throws
 * NOT_FOUND for a pool that is retired or another user's.
 */
export function startQuiz(ctx: UserContext, input: z.output<typeof StartQuizInput>): QuizSession {
  expireSessions(ctx, ctx.caller.principal_id);
  const row = transact(ctx.db, () => {
    const questions = drawQuestions(ctx, input);
    finishOldestSessions(ctx);
    const started_at = ctx.clock.now();
    const seconds = questions.reduce((sum, { content }) => sum + SECONDS_PER_QUESTION[content.difficulty], 0);
    const session = ctx.db
      .insert(quiz_sessions)
      .values({
        user_id: ctx.caller.principal_id,
        pool_id: input.pool_id,
        mode: input.mode,
        status: 'active',
        total: questions.length,
        started_at,
        expires_at: input.mode === 'timed' ? started_at + seconds * 1000 : null,
      })
      .returning()
      .get();
    const items = questions.map(({ question_id, revision, content }, position) => {
      const option_order = shuffle(ctx.random, [...content.options.keys()]);
      return { session_id: session.id, position, question_id, revision, option_order };
    });
    ctx.db.insert(quiz_items).values(items).run();
    return session;
  });
  return toSession(ctx, row);
}

function drawQuestions({ db, caller, random }: UserContext, input: z.output<typeof StartQuizInput>) {
  const pool = db.select().from(quiz_pools).where(eq(quiz_pools.id, input.pool_id)).get();
  const isAllowed = pool?.owner_id === null || pool?.owner_id === caller.principal_id;
  if (!pool || !isAllowed || pool.retired_at !== null) throw new ApiError('NOT_FOUND');
  const ids = db
    .select({ id: quiz_questions.id })
    .from(quiz_questions)
    .where(and(eq(quiz_questions.pool_id, pool.id), isNull(quiz_questions.retired_at)))
    .all()
    .map(({ id }) => id);
  const drawnIds = shuffle(random, ids).slice(0, input.num_questions);
  const questions = db
    .select({
      question_id: quiz_questions.id,
      revision: quiz_questions.revision,
      content: question_revisions.wording,
    })
    .from(quiz_questions)
    .innerJoin(
      question_revisions,
      and(
        eq(question_revisions.question_id, quiz_questions.id),
        eq(question_revisions.revision, quiz_questions.revision),
      ),
    )
    .where(inArray(quiz_questions.id, drawnIds))
    .all();
  return questions.sort((a, b) => drawnIds.indexOf(a.question_id) - drawnIds.indexOf(b.question_id));
}

function finishOldestSessions(ctx: UserContext): void {
  const isOwnSession = and(
    eq(quiz_sessions.user_id, ctx.caller.principal_id),
    eq(quiz_sessions.status, 'active'),
  );
  const open = ctx.db.select().from(quiz_sessions).where(isOwnSession).orderBy(asc(quiz_sessions.id)).all();
  for (const oldest of open.slice(0, Math.max(0, open.length + 1 - MAX_OPEN_SESSIONS))) {
    scoreSession(ctx, oldest, ctx.clock.now());
  }
}
