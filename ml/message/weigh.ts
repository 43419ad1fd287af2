/** Weighs the facts and the wording of a message into a risk and reasons. */

import { conflictReasons, linkReasons, senderReasons } from './claim-reasons.ts';
import type { MessageScore } from './classifier.ts';
import type { MessageFacts } from './read.ts';
import { SignReader, type WeighedReason } from './sign-reader.ts';
import { signReasons } from './sign-reasons.ts';
import { findMaxRisk, hasNothingToDo, MAX_ADVERTISING, wordingRisk } from './wording.ts';

/** Thresholds of the risk, measured in CARD.md. */
export const MESSAGE_THRESHOLDS = { dangerous: 0.5, caution: 0.2 };

/** Weight of a reason that explains a verdict by itself. Without one, only clear wording makes a message dangerous. */
const MIN_EXPLAINING_WEIGHT = 0.5;
const CLEAR_WORDING = 0.8;

export interface WeighedMessage {
  /** 0–1 */
  risk: number;
  /** all that are true, highest weight first */
  reasons: WeighedReason[];
}

/**
 * The risk is that of the wording, raised to that of the strongest reason, and limited when the facts support the
 * message (its links are the institution's own and it asks for nothing) or it is mere advertising.
 */
export function weighMessage(facts: MessageFacts, score: MessageScore, sender?: string): WeighedMessage {
  const reader = new SignReader(facts);
  const reasons = [
    ...conflictReasons(reader),
    ...linkReasons(reader),
    ...senderReasons(reader, sender),
    ...signReasons(reader),
  ].sort((a, b) => b.weight - a.weight || a.start - b.start);
  const minRisk = Math.max(0, ...reasons.map(({ risk }) => risk));
  const hasClearWording = score.smishing >= CLEAR_WORDING && !hasNothingToDo(reader);
  const isExplained = hasClearWording || reasons.some(({ weight }) => weight >= MIN_EXPLAINING_WEIGHT);
  const maxRisk = Math.min(findMaxRisk(reader, score), isExplained ? 1 : MAX_ADVERTISING);
  const wordingOnlyRisk = Math.min(wordingRisk(score, reader), maxRisk);
  return { risk: Math.max(wordingOnlyRisk, minRisk), reasons };
}
