import { and, count, desc, eq, sql, sum } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_pools, quiz_sessions, quiz_topic_stats } from '../../../db/index.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { expireSessions } from './expire-sessions.ts';
import type { QuizHistory, QuizHistoryInput } from './schemas.ts';

type QuizStats = z.infer<typeof QuizHistory>['stats'];

/** A page of the caller's quizzes, and statistics over all of them. */
export function getQuizHistory(
  ctx: UserContext,
  input: z.output<typeof QuizHistoryInput>,
): z.infer<typeof QuizHistory> {
  expireSessions(ctx, ctx.caller.principal_id);
  const { page, limit, cursor, status, pool_id } = input;
  const whereStatus = (status: 'finished' | 'active') =>
    and(
      eq(quiz_sessions.user_id, ctx.caller.principal_id),
      eq(quiz_sessions.status, status),
      pool_id === undefined ? undefined : eq(quiz_sessions.pool_id, pool_id),
    );
  const countByStatus = (status: 'finished' | 'active') =>
    ctx.db.select({ n: count() }).from(quiz_sessions).where(whereStatus(status)).get()?.n ?? 0;
  const found = ctx.db
    .select({ session: quiz_sessions, title: quiz_pools.title })
    .from(quiz_sessions)
    .innerJoin(quiz_pools, eq(quiz_pools.id, quiz_sessions.pool_id))
    .where(and(whereStatus(status), afterCursor(cursor, [[quiz_sessions.id, 'desc']])))
    .orderBy(desc(quiz_sessions.id))
    .limit(limit + 1)
    .offset((page - 1) * limit)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.session.id]);
  return {
    history: rows.map(({ session, title }) => toPlayedQuiz(session, title[ctx.language])),
    total: countByStatus(status),
    next_cursor,
    page,
    limit,
    stats: { sessions: countByStatus('finished'), ...getStats(ctx, pool_id) },
  };
}

function toPlayedQuiz(session: typeof quiz_sessions.$inferSelect, pool_title: string) {
  const { id, pool_id, mode, status, score, correct, answered, total } = session;
  const { started_at, expires_at, finished_at } = session;
  return {
    session_id: id,
    pool_id,
    pool_title,
    mode,
    status,
    score,
    correct,
    answered,
    total,
    duration_seconds:
      finished_at === null ? null : Math.max(0, Math.round((finished_at - started_at) / 1000)),
    started_at: toIso(started_at),
    expires_at: expires_at === null ? null : toIso(expires_at),
    finished_at: finished_at === null ? null : toIso(finished_at),
  };
}

function getStats({ db, caller }: UserContext, pool_id: number | undefined): Omit<QuizStats, 'sessions'> {
  const isOwn = eq(quiz_topic_stats.user_id, caller.principal_id);
  const by_topic = db
    .select({
      topic: quiz_topic_stats.topic,
      answered: sum(quiz_topic_stats.answered).mapWith(Number),
      correct: sum(quiz_topic_stats.correct).mapWith(Number),
    })
    .from(quiz_topic_stats)
    .where(and(isOwn, pool_id === undefined ? undefined : eq(quiz_topic_stats.pool_id, pool_id)))
    .groupBy(quiz_topic_stats.topic)
    .orderBy(
      sql`1.0 * sum(${quiz_topic_stats.correct}) / sum(${quiz_topic_stats.answered})`,
      quiz_topic_stats.topic,
    )
    .all();
  const total = (field: 'answered' | 'correct') => by_topic.reduce((all, topic) => all + topic[field], 0);
  const overall = { answered: total('answered'), correct: total('correct') };
  return { ...withAccuracy(overall), by_topic: by_topic.map(withAccuracy) };
}

function withAccuracy<T extends { answered: number; correct: number }>(counts: T) {
  return { ...counts, accuracy: counts.answered === 0 ? null : counts.correct / counts.answered };
}
