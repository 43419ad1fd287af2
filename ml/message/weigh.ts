/** From what was read off a message, and what its wording scores, to a risk and its reasons. */

import { conflictReasons, linkReasons, senderReasons } from './claim-reasons.ts';
import type { MessageScore } from './classifier.ts';
import type { MessageFacts } from './read.ts';
import { SignReader, type WeighedReason } from './sign-reader.ts';
import { signReasons } from './sign-reasons.ts';
import { hasNothingToDo, MAX_ADVERTISING, riskCeiling, wordingRisk } from './wording.ts';

/** On the risk: a message is `dangerous` from the first on, `caution` from the second. Measured in CARD.md. */
export const MESSAGE_THRESHOLDS = { dangerous: 0.5, caution: 0.2 };

/** What explains a verdict by itself. Without such a reason only clear wording makes a message dangerous. */
const EXPLAINS = 0.5;
const CLEAR_WORDING = 0.8;

export interface WeighedMessage {
  /** 0–1 */
  risk: number;
  /** all that are true, the weightiest first */
  reasons: WeighedReason[];
}

/**
 * The risk: that of the wording, raised to what the strongest reason calls for, unless the message is borne out (its
 * links are the institution's own, it asks for nothing) or is mere advertising. Reasons are those that are true.
 */
export function weighMessage(facts: MessageFacts, score: MessageScore, sender?: string): WeighedMessage {
  const reader = new SignReader(facts);
  const reasons = [
    ...conflictReasons(reader),
    ...linkReasons(reader),
    ...senderReasons(reader, sender),
    ...signReasons(reader),
  ].sort((a, b) => b.weight - a.weight || a.start - b.start);
  const floor = Math.max(0, ...reasons.map(({ risk }) => risk));
  const clear = score.smishing >= CLEAR_WORDING && !hasNothingToDo(reader);
  const isExplained = clear || reasons.some(({ weight }) => weight >= EXPLAINS);
  const ceiling = Math.min(riskCeiling(reader, score), isExplained ? 1 : MAX_ADVERTISING);
  const wording = Math.min(wordingRisk(score, reader), ceiling);
  return { risk: Math.max(wording, floor), reasons };
}
