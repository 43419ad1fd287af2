import type { Difficulty } from '../../../db/index.ts';

/** What a timed session gives for each question; its sum is the time of the session. */
export const SECONDS_PER_QUESTION: Record<Difficulty, number> = { easy: 45, medium: 60, hard: 90 };

/** Sessions a user may leave open; one more finishes the oldest as it stands. */
export const MAX_OPEN_SESSIONS = 20;

/** A topic with a smaller share of right answers is a weak one. */
export const WEAK_TOPIC_THRESHOLD = 0.7;

/** A right answer that took longer than this part of its time was not easy to remember. */
export const SLOW_ANSWER_SHARE = 0.75;

/** What one answer moves a rating by at first; the more answers it rests on, the less (`slowing` per answer). */
export const ELO = { scale: 400, learner: { k: 60, slowing: 0.05 }, question: { k: 40, slowing: 0.05 } };

/** Where a learner begins on that scale. */
export const INITIAL_LEARNER_RATING = 1500;

/** Pools of their own that a user sees; one more takes the oldest out of sight. */
export const MAX_OWN_POOLS = 100;

/** New questions are best learned from when this share of them is answered rightly. */
export const TARGET_SUCCESS_RATE = 0.75;

/** How many options a question has, where it is not worth looking. */
export const DEFAULT_OPTION_COUNT = 4;
