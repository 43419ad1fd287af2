/** Reasons about a message's requests, pressure and pretext. */

import { toSpan } from './fold.ts';
import type { MessageReasonCode } from './reason-texts.ts';
import type { SignReader, WeighedReason } from './sign-reader.ts';
import type { SignName } from './signs.ts';

/** The risk of a request, given the rest of the message. */
function requestRisk(name: SignName, reader: SignReader): number {
  const foreign = reader.facts.links.some(({ owner }) => owner === 'open' || owner === 'unknown');
  const claim = reader.facts.claims.some(({ strength }) => strength === 'sender' || strength === 'customer');
  const official = reader.has('pretext_institution', 'pretext_payment', 'pretext_account', 'pretext_loan');
  const family = reader.has('pretext_family');
  switch (name) {
    case 'asks_code':
      return 0.6;
    case 'asks_card':
    case 'asks_identity':
      return family ? 0.75 : foreign ? 0.6 : claim || official ? 0.5 : 0.3;
    case 'asks_gift_card':
      return family || reader.has('asks_other_channel', 'secrecy', 'urgency') ? 0.75 : 0.4;
    case 'asks_remote_control':
      return official || reader.has('pretext_tech_support', 'asks_install') ? 0.7 : 0.35;
    case 'asks_install':
      return foreign ? (reader.has('advertisement') ? 0.45 : 0.65) : family ? 0.55 : 0;
    case 'asks_money':
      return reader.has('pretext_extortion') ? 0.8 : family ? 0.6 : 0;
    case 'asks_other_channel':
      return family ? 0.65 : reader.has('pretext_job', 'pretext_investment') ? 0.45 : 0;
    default:
      return 0;
  }
}

/** Weights of the signs that explain a verdict. Signs of ordinary notices are not listed. */
const SIGN_WEIGHTS: Partial<Record<SignName, number>> = {
  asks_code: 0.8,
  asks_card: 0.8,
  asks_identity: 0.8,
  asks_gift_card: 0.8,
  asks_remote_control: 0.78,
  asks_install: 0.7,
  asks_money: 0.65,
  asks_other_channel: 0.6,
  asks_details: 0.5,
  secrecy: 0.6,
  threat: 0.45,
  urgency: 0.42,
  gambling: 0.5,
  adult: 0.5,
  advertisement: 0.3,
};

const PRETEXT_WEIGHT = 0.55;

/** One reason for each listed sign, at its first position. */
export function signReasons(reader: SignReader): WeighedReason[] {
  const { message, signs } = reader.facts;
  const names = new Set<SignName>();
  return signs.flatMap(({ name, start, end }): WeighedReason[] => {
    const weight = name.startsWith('pretext_') ? PRETEXT_WEIGHT : SIGN_WEIGHTS[name];
    if (weight === undefined || names.has(name)) return [];
    names.add(name);
    const risk = requestRisk(name, reader);
    return [{ code: name as MessageReasonCode, ...toSpan(message, start, end), weight, risk }];
  });
}
