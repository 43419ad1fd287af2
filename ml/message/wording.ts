/** Adjusts the score of the wording to what the message asks people to do. */

import type { MessageScore } from './classifier.ts';
import { findPersonalNumber, type SignReader } from './sign-reader.ts';
import type { SignName } from './signs.ts';

/** Spam counts this much of smishing, so that it is above ordinary messages and below `dangerous`. */
const SPAM_SHARE = 0.35;

/** Maximum risk by wording alone for a message that is more similar to advertising than to fraud. */
export const MAX_ADVERTISING = 0.45;

/** Maximum risk of a message without foreign links and without requests, below `caution`. */
const MAX_SUPPORTED = 0.15;

/**
 * Factor for unclear wording when the message has nothing to click, call or answer and names nobody, or has no signs
 * and only safe links.
 */
const NOTHING_TO_DO_FACTOR = 0.5;
const NO_SIGNS_FACTOR = 0.6;

export function hasNothingToDo(reader: SignReader): boolean {
  const { links, claims } = reader.facts;
  return (
    links.length === 0 &&
    reader.requests.length === 0 &&
    claims.every(({ strength }) => strength !== 'sender')
  );
}

function hasNoSigns(reader: SignReader): boolean {
  const hasPressure = reader.has('urgency', 'threat', 'sent_from_abroad', 'gambling', 'adult');
  const links = reader.facts.links.every(({ verdict }) => verdict === 'safe');
  return links && !hasPressure && reader.pretexts.length === 0 && reader.requests.length === 0;
}

function wordingShare(reader: SignReader): number {
  if (hasNothingToDo(reader)) return NOTHING_TO_DO_FACTOR;
  return hasNoSigns(reader) ? NO_SIGNS_FACTOR : 1;
}

/** The risk of the wording alone: smishing, and a share of spam. */
export function wordingRisk({ smishing, spam }: MessageScore, reader: SignReader): number {
  const certainty = (smishing + spam) ** 4;
  const share = wordingShare(reader);
  const risk = (smishing + SPAM_SHARE * spam) * (share + (1 - share) * certainty);
  return spam > smishing ? Math.min(MAX_ADVERTISING, risk) : risk;
}

/** Requests that no notice makes, wherever its links go. */
const PRIVATE_REQUESTS: readonly SignName[] = [
  'asks_code',
  'asks_card',
  'asks_identity',
  'asks_remote_control',
  'asks_gift_card',
  'asks_money',
  'asks_other_channel',
];

/** Offers that frauds advertise too, so that the message is no ordinary advertisement. */
const DOUBTFUL_OFFERS: readonly SignName[] = [
  'pretext_loan',
  'pretext_investment',
  'pretext_job',
  'pretext_crypto',
  'gambling',
  'adult',
];

/** Whether it is marked as Korean law demands (정보통신망법 50조의4): `(광고)` and a way to refuse. */
function isMarkedAdvertisement({ facts }: SignReader): boolean {
  return facts.signs.some(
    ({ name, start, end }) =>
      name === 'advertisement' && /광고|수신/.test(facts.message.text.slice(start, end)),
  );
}

/** Upper limit of the risk by the facts that support the message; 1 when there are none. */
export function findMaxRisk(reader: SignReader, score: MessageScore): number {
  const { links, conflicts } = reader.facts;
  if (links.some(({ verdict }) => verdict === 'dangerous')) return 1;
  if (reader.has('sent_from_abroad') || reader.has(...PRIVATE_REQUESTS)) return 1;
  const hasForeignLink = links.some(({ owner }) => owner === 'open' || owner === 'unknown');
  const hasCallback = findPersonalNumber(reader) !== null;
  if (!hasForeignLink && !hasCallback) {
    if (links.some(({ owner }) => owner === 'own')) return MAX_SUPPORTED;
    if (links.length > 0) return reader.pretexts.length === 0 ? MAX_SUPPORTED : MAX_ADVERTISING;
    const isPlainCode = reader.has('gives_code') && !reader.has('asks_callback');
    if ((isPlainCode || reader.has('transaction')) && reader.pretexts.length === 0 && !reader.has('threat'))
      return MAX_SUPPORTED;
  }
  if (reader.has('advertisement') && conflicts.length === 0 && score.spam >= score.smishing) {
    const hasLure = isMarkedAdvertisement(reader)
      ? reader.has('pretext_prize') && reader.has('asks_callback')
      : reader.pretexts.length > 0 || reader.has('asks_callback');
    return hasForeignLink || hasLure || reader.has(...DOUBTFUL_OFFERS) ? MAX_ADVERTISING : MAX_SUPPORTED;
  }
  return 1;
}
