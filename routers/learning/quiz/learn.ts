import { and, eq, sql } from 'drizzle-orm';
import { type CardInput, createEmptyCard, fsrs, type Grade, Rating } from 'ts-fsrs';
import { quiz_cards, quiz_figures, quiz_learners, quiz_questions } from '../../../db/index.ts';
import type { Tx } from '../../context.ts';
import { chance, step } from './elo.ts';
import { type Item, isCorrect } from './items.ts';
import { ELO, FIRST_LEARNER, SECONDS, SLOW } from './rules.ts';
import type { SessionRow } from './session.ts';

/** Days, not minutes: a question comes back in another session. */
const SCHEDULER = fsrs({ enable_fuzz: false, enable_short_term: false });

/** Keeps what these answers show: of the learner's memory and level, and of how hard the questions are. */
export function learn(
  tx: Tx,
  session: Pick<SessionRow, 'user_id' | 'pool_id'>,
  items: readonly Item[],
): void {
  for (const item of items) {
    if (item.item.selected_option_id === null) continue;
    const right = isCorrect(item);
    const met = remember(tx, session.user_id, item, right);
    rate(tx, session.user_id, item, right, met);
    count(tx, session, item.wording.topic, right);
  }
}

/** Returns whether the learner had met the question before. */
function remember(tx: Tx, user_id: number, { item, wording }: Item, right: boolean): boolean {
  const { question_id, took_ms } = item;
  const its = and(eq(quiz_cards.user_id, user_id), eq(quiz_cards.question_id, question_id));
  const known = tx.select().from(quiz_cards).where(its).get();
  // Two sessions may ask the same question and end in another order than it was answered in.
  const at = Math.max(item.answered_at ?? 0, known?.reviewed_at ?? 0);
  const slow = (took_ms ?? 0) > SLOW * SECONDS[wording.difficulty] * 1000;
  const grade: Grade = right ? (slow ? Rating.Hard : Rating.Good) : Rating.Again;
  const { card } = SCHEDULER.next(known ? cardOf(known) : createEmptyCard(at), at, grade);
  const { stability, difficulty, scheduled_days, reps, lapses, state } = card;
  const row = { due_at: card.due.getTime(), stability, difficulty, scheduled_days, reps, lapses, state };
  tx.insert(quiz_cards)
    .values({ user_id, question_id, ...row, reviewed_at: at })
    .onConflictDoUpdate({
      target: [quiz_cards.user_id, quiz_cards.question_id],
      set: { ...row, reviewed_at: at },
    })
    .run();
  return known !== undefined;
}

function cardOf({
  due_at,
  reviewed_at,
  user_id: _,
  question_id: __,
  ...card
}: typeof quiz_cards.$inferSelect): CardInput {
  return { ...card, due: due_at, last_review: reviewed_at, elapsed_days: 0, learning_steps: 0 };
}

/** A question is measured by those who meet it for the first time; who has seen its answer says nothing of it. */
function rate(tx: Tx, user_id: number, { item, wording }: Item, right: boolean, met: boolean): void {
  const question = tx
    .select({ rating: quiz_questions.rating, rated: quiz_questions.rated })
    .from(quiz_questions)
    .where(eq(quiz_questions.id, item.question_id))
    .get();
  if (!question) return;
  const learner = tx.select().from(quiz_learners).where(eq(quiz_learners.user_id, user_id)).get() ?? {
    rating: FIRST_LEARNER,
    rated: 0,
  };
  const surprise = Number(right) - chance(learner.rating, question.rating, wording.options.length);
  const now = {
    rating: learner.rating + step(ELO.learner, learner.rated) * surprise,
    rated: learner.rated + 1,
  };
  tx.insert(quiz_learners)
    .values({ user_id, ...now })
    .onConflictDoUpdate({ target: quiz_learners.user_id, set: now })
    .run();
  if (met) return;
  tx.update(quiz_questions)
    .set({
      rating: question.rating - step(ELO.question, question.rated) * surprise,
      rated: question.rated + 1,
    })
    .where(eq(quiz_questions.id, item.question_id))
    .run();
}

function count(
  tx: Tx,
  { user_id, pool_id }: Pick<SessionRow, 'user_id' | 'pool_id'>,
  topic: string,
  right: boolean,
) {
  const correct = Number(right);
  tx.insert(quiz_figures)
    .values({ user_id, pool_id, topic, answered: 1, correct })
    .onConflictDoUpdate({
      target: [quiz_figures.user_id, quiz_figures.pool_id, quiz_figures.topic],
      set: {
        answered: sql`${quiz_figures.answered} + 1`,
        correct: sql`${quiz_figures.correct} + ${correct}`,
      },
    })
    .run();
}
