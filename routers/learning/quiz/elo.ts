import { ELO } from './rules.ts';

/**
 * The probability, 0 to 1, that a learner of rating `learner` answers a question of rating `question` correctly. A
 * guess is right once in `options`.
 *
 * Pelánek, "Applications of the Elo rating system in adaptive educational systems" (2016), sections 2.1 and 2.3.
 */
export function expectedScore(learnerRating: number, questionRating: number, options: number): number {
  return 1 / options + (1 - 1 / options) / (1 + 10 ** ((questionRating - learnerRating) / ELO.scale));
}

/** How far one answer moves a rating that is based on `rated` answers (section 2.2: the uncertainty function). */
export function learningRate(
  { k, slowing: decay }: { k: number; slowing: number },
  ratedAnswers: number,
): number {
  return k / (1 + decay * ratedAnswers);
}
