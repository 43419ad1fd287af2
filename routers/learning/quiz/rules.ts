import type { Difficulty } from '../../../db/index.ts';

/** Seconds for a question in a timed session, which lasts for the sum of them. */
export const SECONDS_PER_QUESTION: Record<Difficulty, number> = { easy: 45, medium: 60, hard: 90 };

/** Open sessions of a user; starting one more finishes the oldest. */
export const MAX_OPEN_SESSIONS = 20;

/** A topic with a smaller share of right answers is weak. */
export const WEAK_TOPIC_THRESHOLD = 0.7;

/** A right answer that took more than this share of its time counts as hard to remember. */
export const SLOW_ANSWER_SHARE = 0.75;

/** How far the first answer moves a rating (`k`), and how the effect shrinks with each answer (`slowing`). */
export const ELO = { scale: 400, learner: { k: 60, slowing: 0.05 }, question: { k: 40, slowing: 0.05 } };

/** The initial rating of a learner on the Elo scale. */
export const INITIAL_LEARNER_RATING = 1500;

/** Private pools of a user; saving one more retires the oldest. */
export const MAX_OWN_POOLS = 100;

/** The share of right answers at which learners learn best from new questions. */
export const TARGET_SUCCESS_RATE = 0.75;

/** The usual number of options of a question, used for estimates. */
export const DEFAULT_OPTION_COUNT = 4;
