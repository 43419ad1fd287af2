import { and, eq, sql } from 'drizzle-orm';
import { type CardInput, createEmptyCard, fsrs, type Grade, Rating } from 'ts-fsrs';
import {
  type Db,
  preparedStatements,
  quiz_cards,
  quiz_learners,
  quiz_questions,
  quiz_topic_stats,
} from '../../../db/index.ts';
import { expectedScore, learningRate } from './elo.ts';
import { isCorrect, type SessionItem } from './items.ts';
import { ELO, INITIAL_LEARNER_RATING, SECONDS_PER_QUESTION, SLOW_ANSWER_SHARE } from './rules.ts';
import type { SessionRow } from './session.ts';

/** Intervals are in days, since a question comes back in another session. */
const SCHEDULER = fsrs({ enable_fuzz: false, enable_short_term: false });

const placeholder = (name: string) => sql.placeholder(name);

/** Prepared, since a timed quiz of 50 questions runs each of them 50 times. */
const statements = preparedStatements((db) => ({
  card: db
    .select()
    .from(quiz_cards)
    .where(
      and(
        eq(quiz_cards.user_id, placeholder('user_id')),
        eq(quiz_cards.question_id, placeholder('question_id')),
      ),
    )
    .prepare(),
  saveCard: db
    .insert(quiz_cards)
    .values({
      user_id: placeholder('user_id'),
      question_id: placeholder('question_id'),
      due_at: placeholder('due_at'),
      stability: placeholder('stability'),
      difficulty: placeholder('difficulty'),
      scheduled_days: placeholder('scheduled_days'),
      reps: placeholder('reps'),
      lapses: placeholder('lapses'),
      state: placeholder('state'),
      reviewed_at: placeholder('reviewed_at'),
    })
    .onConflictDoUpdate({
      target: [quiz_cards.user_id, quiz_cards.question_id],
      set: {
        due_at: sql`excluded.due_at`,
        stability: sql`excluded.stability`,
        difficulty: sql`excluded.difficulty`,
        scheduled_days: sql`excluded.scheduled_days`,
        reps: sql`excluded.reps`,
        lapses: sql`excluded.lapses`,
        state: sql`excluded.state`,
        reviewed_at: sql`excluded.reviewed_at`,
      },
    })
    .prepare(),
  learner: db
    .select()
    .from(quiz_learners)
    .where(eq(quiz_learners.user_id, placeholder('user_id')))
    .prepare(),
  question: db
    .select({ rating: quiz_questions.rating, rated: quiz_questions.rated })
    .from(quiz_questions)
    .where(eq(quiz_questions.id, placeholder('question_id')))
    .prepare(),
  saveQuestionRating: db
    .update(quiz_questions)
    .set({ rating: sql`${placeholder('rating')}`, rated: sql`${quiz_questions.rated} + 1` })
    .where(eq(quiz_questions.id, placeholder('question_id')))
    .prepare(),
  countAnswer: db
    .insert(quiz_topic_stats)
    .values({
      user_id: placeholder('user_id'),
      pool_id: placeholder('pool_id'),
      topic: placeholder('topic'),
      answered: 1,
      correct: placeholder('correct'),
    })
    .onConflictDoUpdate({
      target: [quiz_topic_stats.user_id, quiz_topic_stats.pool_id, quiz_topic_stats.topic],
      set: {
        answered: sql`${quiz_topic_stats.answered} + 1`,
        correct: sql`${quiz_topic_stats.correct} + excluded.correct`,
      },
    })
    .prepare(),
}));

interface Learner {
  rating: number;
  rated: number;
}

/** Updates the review schedule and the rating of the learner, and the ratings of the questions, from these answers. */
export function updateMastery(
  db: Db,
  { user_id, pool_id }: Pick<SessionRow, 'user_id' | 'pool_id'>,
  items: readonly SessionItem[],
): void {
  let learner: Learner = statements(db).learner.get({ user_id }) ?? {
    rating: INITIAL_LEARNER_RATING,
    rated: 0,
  };
  for (const item of items) {
    if (item.item.selected_option_id === null) continue;
    const isRight = isCorrect(item);
    const isKnown = scheduleReview(db, user_id, item, isRight);
    learner = updateRatings(db, learner, item, isRight, isKnown);
    statements(db).countAnswer.run({ user_id, pool_id, topic: item.content.topic, correct: Number(isRight) });
  }
  const { rating, rated } = learner;
  db.insert(quiz_learners)
    .values({ user_id, rating, rated })
    .onConflictDoUpdate({ target: quiz_learners.user_id, set: { rating, rated } })
    .run();
}

/** Returns whether the learner had met the question before. */
function scheduleReview(db: Db, user_id: number, { item, content }: SessionItem, isRight: boolean): boolean {
  const { question_id, took_ms } = item;
  const storedCard = statements(db).card.get({ user_id, question_id });
  // Two sessions may ask the same question, and finish in another order than they were answered.
  const reviewed_at = Math.max(item.answered_at ?? 0, storedCard?.reviewed_at ?? 0);
  const isSlow = (took_ms ?? 0) > SLOW_ANSWER_SHARE * SECONDS_PER_QUESTION[content.difficulty] * 1000;
  const grade: Grade = isRight ? (isSlow ? Rating.Hard : Rating.Good) : Rating.Again;
  const previousCard = storedCard ? toCardInput(storedCard) : createEmptyCard(reviewed_at);
  const { card } = SCHEDULER.next(previousCard, reviewed_at, grade);
  const { stability, difficulty, scheduled_days, reps, lapses, state } = card;
  const memory = { due_at: card.due.getTime(), stability, difficulty, scheduled_days, reps, lapses, state };
  statements(db).saveCard.run({ user_id, question_id, ...memory, reviewed_at });
  return storedCard !== undefined;
}

function toCardInput(row: typeof quiz_cards.$inferSelect): CardInput {
  const { due_at, reviewed_at, user_id: _, question_id: __, ...card } = row;
  return { ...card, due: due_at, last_review: reviewed_at, elapsed_days: 0, learning_steps: 0 };
}

/** Only a learner's first answer rates a question, since later ones know its solution. */
function updateRatings(
  db: Db,
  learner: Learner,
  { item, content }: SessionItem,
  isRight: boolean,
  isKnown: boolean,
): Learner {
  const { question_id } = item;
  const question = statements(db).question.get({ question_id });
  if (!question) return learner;
  const ratingError =
    Number(isRight) - expectedScore(learner.rating, question.rating, content.options.length);
  if (!isKnown) {
    const rating = question.rating - learningRate(ELO.question, question.rated) * ratingError;
    statements(db).saveQuestionRating.run({ question_id, rating });
  }
  const rating = learner.rating + learningRate(ELO.learner, learner.rated) * ratingError;
  return { rating, rated: learner.rated + 1 };
}
