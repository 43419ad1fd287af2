import { and, asc, eq, gt, isNull, lte, or, type SQL, sql, sum } from 'drizzle-orm';
import type { z } from 'zod';
import {
  quiz_cards,
  quiz_learners,
  quiz_pools,
  quiz_questions,
  quiz_topic_stats,
} from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { expectedScore } from './elo.ts';
import {
  DEFAULT_OPTION_COUNT,
  INITIAL_LEARNER_RATING,
  TARGET_SUCCESS_RATE,
  WEAK_TOPIC_THRESHOLD,
} from './rules.ts';
import type { Recommendations, RecommendationsInput } from './schemas.ts';

type Recommendation = z.infer<typeof Recommendations>['recommendations'][number];
type Reason = Recommendation['reason_code'];
/** The weak topics with their share of right answers. */
type WeakTopics = ReadonlyMap<string, number>;

const REASONS: Record<Reason, Record<Language, string>> = {
  due: { ko: '잊기 전에 복습할 때가 되었습니다', en: 'It is time to review this before you forget it' },
  weak_topic: { ko: '자주 틀리는 주제의 새 문제입니다', en: 'A new question on a topic you often get wrong' },
  new: { ko: '내 수준에 맞는 새 문제입니다', en: 'A new question at your level' },
  later: { ko: '아직 때는 아니지만 미리 복습할 수 있습니다', en: 'Not due yet, but you can review it early' },
};

/**
 * Recommends reviews that are due, then new questions near the learner's level, then reviews before they are due; in
 * each group, weak topics come first.
 */
export function listRecommendations(
  ctx: UserContext,
  { weak_topic, limit }: z.output<typeof RecommendationsInput>,
): z.infer<typeof Recommendations> {
  const weak = getWeakTopics(ctx);
  const recommendations: Recommendation[] = [];
  for (const listTier of [listDueReviews, listNewQuestions, listEarlyReviews]) {
    if (recommendations.length < limit)
      recommendations.push(...listTier(ctx, weak, weak_topic, limit - recommendations.length));
  }
  return { recommendations };
}

function getWeakTopics({ db, caller }: UserContext): WeakTopics {
  const share = sql<number>`1.0 * ${sum(quiz_topic_stats.correct)} / ${sum(quiz_topic_stats.answered)}`;
  const rows = db
    .select({ topic: quiz_topic_stats.topic, share })
    .from(quiz_topic_stats)
    .where(eq(quiz_topic_stats.user_id, caller.principal_id))
    .groupBy(quiz_topic_stats.topic)
    .all();
  return new Map(rows.filter((row) => row.share < WEAK_TOPIC_THRESHOLD).map((row) => [row.topic, row.share]));
}

const listDueReviews = (ctx: UserContext, weak: WeakTopics, topic: string | undefined, limit: number) =>
  selectReviews(ctx, topic, lte(quiz_cards.due_at, ctx.clock.now()))
    .all()
    .sort((a, b) => compareWeakness(weak, a, b))
    .slice(0, limit)
    .map((row) => toRecommendation(ctx, row, 'due'));

const listEarlyReviews = (ctx: UserContext, _: WeakTopics, topic: string | undefined, limit: number) =>
  selectReviews(ctx, topic, gt(quiz_cards.due_at, ctx.clock.now()))
    .limit(limit)
    .all()
    .map((row) => toRecommendation(ctx, row, 'later'));

/** New questions by their distance from the learner's level, taking pools in turn. */
function listNewQuestions(
  ctx: UserContext,
  weak: WeakTopics,
  topic: string | undefined,
  limit: number,
): Recommendation[] {
  const { rating: level } = ctx.db
    .select({ rating: quiz_learners.rating })
    .from(quiz_learners)
    .where(eq(quiz_learners.user_id, ctx.caller.principal_id))
    .get() ?? { rating: INITIAL_LEARNER_RATING };
  const toDistance = (rating: number) =>
    Math.abs(expectedScore(level, rating, DEFAULT_OPTION_COUNT) - TARGET_SUCCESS_RATE);
  const rows = selectNewQuestions(ctx, topic)
    .all()
    .sort((a, b) => toDistance(a.rating) - toDistance(b.rating));
  const positionByPool = new Map<number, number>();
  const withPosition = rows.map((row) => {
    const position = positionByPool.get(row.pool_id) ?? 0;
    positionByPool.set(row.pool_id, position + 1);
    return { row, turn: position };
  });
  return withPosition
    .sort((a, b) => compareWeakness(weak, a.row, b.row) || a.turn - b.turn)
    .slice(0, limit)
    .map(({ row }) =>
      toRecommendation(ctx, { ...row, due_at: null }, weak.has(row.topic) ? 'weak_topic' : 'new'),
    );
}

function compareWeakness(weak: WeakTopics, a: { topic: string }, b: { topic: string }): number {
  return (weak.get(a.topic) ?? 1) - (weak.get(b.topic) ?? 1);
}

const questionColumns = {
  question_id: quiz_questions.id,
  pool_id: quiz_questions.pool_id,
  topic: quiz_questions.topic,
  difficulty: quiz_questions.difficulty,
};

function selectReviews({ db, caller }: UserContext, topic: string | undefined, when: SQL) {
  return db
    .select({ ...questionColumns, due_at: quiz_cards.due_at })
    .from(quiz_cards)
    .innerJoin(quiz_questions, eq(quiz_questions.id, quiz_cards.question_id))
    .innerJoin(quiz_pools, eq(quiz_pools.id, quiz_questions.pool_id))
    .where(and(eq(quiz_cards.user_id, caller.principal_id), when, isVisible(caller.principal_id, topic)))
    .orderBy(asc(quiz_cards.due_at));
}

function selectNewQuestions({ db, caller }: UserContext, topic: string | undefined) {
  const isOwnCard = and(
    eq(quiz_cards.question_id, quiz_questions.id),
    eq(quiz_cards.user_id, caller.principal_id),
  );
  return db
    .select({ ...questionColumns, rating: quiz_questions.rating })
    .from(quiz_questions)
    .innerJoin(quiz_pools, eq(quiz_pools.id, quiz_questions.pool_id))
    .leftJoin(quiz_cards, isOwnCard)
    .where(and(isNull(quiz_cards.question_id), isVisible(caller.principal_id, topic)))
    .orderBy(asc(quiz_questions.id));
}

/** Questions that a user may be asked, about one topic if it is given. */
function isVisible(user_id: number, topic: string | undefined) {
  return and(
    isNull(quiz_questions.retired_at),
    isNull(quiz_pools.retired_at),
    or(isNull(quiz_pools.owner_id), eq(quiz_pools.owner_id, user_id)),
    topic === undefined ? undefined : isAboutTopic(topic),
  );
}

function isAboutTopic(topic: string) {
  return or(
    eq(quiz_questions.topic, topic),
    eq(quiz_pools.category, topic),
    sql`exists (select 1 from json_each(${quiz_pools.tags}) where value = ${topic})`,
  );
}

type RecommendationRow = Omit<Recommendation, 'reason' | 'reason_code' | 'due_at'> & {
  due_at: number | null;
};

function toRecommendation(
  { language }: UserContext,
  row: RecommendationRow,
  reason_code: Reason,
): Recommendation {
  const { question_id, pool_id, topic, difficulty, due_at } = row;
  const reason = REASONS[reason_code][language];
  return {
    question_id,
    pool_id,
    topic,
    difficulty,
    reason,
    reason_code,
    due_at: due_at === null ? null : toIso(due_at),
  };
}
