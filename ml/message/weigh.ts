/** From what was read off a message, and what its wording scores, to a risk and its reasons. */

import { RISKY_SUFFIXES } from '../url/wordlists.ts';
import type { InstitutionClaim } from './claims.ts';
import type { MessageScore } from './classifier.ts';
import { findSign } from './find-signs.ts';
import { type TextSpan, toSpan } from './fold.ts';
import type { Conflict, JudgedLink } from './links.ts';
import type { MessageFacts } from './read.ts';
import type { MessageReasonCode } from './reason-texts.ts';
import type { MessageSign, SignName } from './signs.ts';

/** On the risk: a message is `dangerous` from the first on, `caution` from the second. Measured in CARD.md. */
export const MESSAGE_THRESHOLDS = { dangerous: 0.5, caution: 0.2 };

/** Spam counts this much of smishing in the risk, so that it is above ordinary messages and below `dangerous`. */
const SPAM_SHARE = 0.35;

/** The most that wording alone gives a message that reads more like advertising than like fraud. */
const MAX_ADVERTISING = 0.45;

/** What explains a verdict by itself. Without such a reason only clear wording makes a message dangerous. */
const EXPLAINS = 0.5;
const CLEAR_WORDING = 0.8;

/** The most for a message without links that are foreign to it and without requests: below `caution`. */
const MAX_BORNE_OUT = 0.15;

/** A reason before it is written: what it raises the risk to, and how much it matters among others (0–1). */
export interface WeighedReason extends TextSpan {
  code: MessageReasonCode;
  params?: Record<string, string>;
  weight: number;
  /** the risk that this alone calls for; 0 when it only explains */
  risk: number;
}

/** What a message does, asked by name. */
export class SignReader {
  readonly facts: MessageFacts;
  private readonly names: ReadonlySet<SignName>;

  constructor(facts: MessageFacts) {
    this.facts = facts;
    this.names = new Set(facts.signs.map(({ name }) => name));
  }

  has(...names: SignName[]): boolean {
    return names.some((name) => this.names.has(name));
  }

  /** The first sign of the names, in their order. */
  find(...names: SignName[]): MessageSign | null {
    for (const name of names) {
      const sign = findSign(this.facts.signs, name);
      if (sign) return sign;
    }
    return null;
  }

  get pretexts(): SignName[] {
    return [...this.names].filter((name) => name.startsWith('pretext_'));
  }

  get requests(): SignName[] {
    return [...this.names].filter((name) => name.startsWith('asks_'));
  }
}

/**
 * Wording that is not sure counts this much when the message gives nothing to click, call or answer and speaks for nobody, and when
 * it has none of the signs and only links that are safe.
 */
const NOTHING_TO_DO = 0.5;
const NO_SIGNS = 0.6;

function hasNothingToDo(reader: SignReader): boolean {
  const { links, claims } = reader.facts;
  return (
    links.length === 0 &&
    reader.requests.length === 0 &&
    claims.every(({ strength }) => strength !== 'sender')
  );
}

function hasNoSigns(reader: SignReader): boolean {
  const pressing = reader.has('urgency', 'threat', 'sent_from_abroad', 'gambling', 'adult');
  const links = reader.facts.links.every(({ verdict }) => verdict === 'safe');
  return links && !pressing && reader.pretexts.length === 0 && reader.requests.length === 0;
}

function wordingShare(reader: SignReader): number {
  if (hasNothingToDo(reader)) return NOTHING_TO_DO;
  return hasNoSigns(reader) ? NO_SIGNS : 1;
}

/** The risk of the wording alone: smishing, and a share of spam. */
function wordingRisk({ smishing, spam }: MessageScore, reader: SignReader): number {
  const sure = (smishing + spam) ** 4;
  const share = wordingShare(reader);
  const risk = (smishing + SPAM_SHARE * spam) * (share + (1 - share) * sure);
  return spam > smishing ? Math.min(MAX_ADVERTISING, risk) : risk;
}

/** Requests that no notice makes, wherever its links lead. */
const PRIVATE_REQUESTS: readonly SignName[] = [
  'asks_code',
  'asks_card',
  'asks_identity',
  'asks_remote_control',
  'asks_gift_card',
  'asks_money',
  'asks_other_channel',
];

/** What frauds advertise as well, so that it is no ordinary advertisement. */
const DOUBTFUL_OFFERS: readonly SignName[] = [
  'pretext_loan',
  'pretext_investment',
  'pretext_job',
  'pretext_crypto',
  'gambling',
  'adult',
];

/** Marked as Korean law demands (정보통신망법 50조의4): `(광고)` and a way to refuse. */
function isMarkedAdvertisement({ facts }: SignReader): boolean {
  return facts.signs.some(
    ({ name, start, end }) =>
      name === 'advertisement' && /광고|수신/.test(facts.message.text.slice(start, end)),
  );
}

/** The most the risk can be, by what speaks for the message; 1 when nothing does. */
function riskCeiling(reader: SignReader, score: MessageScore): number {
  const { links, conflicts } = reader.facts;
  if (links.some(({ verdict }) => verdict === 'dangerous')) return 1;
  if (reader.has('sent_from_abroad') || reader.has(...PRIVATE_REQUESTS)) return 1;
  const foreign = links.some(({ owner }) => owner === 'open' || owner === 'unknown');
  const callback = findPersonalNumber(reader) !== null;
  if (!foreign && !callback) {
    if (links.some(({ owner }) => owner === 'own')) return MAX_BORNE_OUT;
    if (links.length > 0) return reader.pretexts.length === 0 ? MAX_BORNE_OUT : MAX_ADVERTISING;
    const code = reader.has('gives_code') && !reader.has('asks_callback');
    if ((code || reader.has('transaction')) && reader.pretexts.length === 0 && !reader.has('threat'))
      return MAX_BORNE_OUT;
  }
  if (reader.has('advertisement') && conflicts.length === 0 && score.spam >= score.smishing) {
    const lure = isMarkedAdvertisement(reader)
      ? reader.has('pretext_prize') && reader.has('asks_callback')
      : reader.pretexts.length > 0 || reader.has('asks_callback');
    return foreign || lure || reader.has(...DOUBTFUL_OFFERS) ? MAX_ADVERTISING : MAX_BORNE_OUT;
  }
  return 1;
}

/** Korean mobile (01x) and internet telephone (070) numbers, and foreign ones, in a request to call. */
const PERSONAL_NUMBER =
  /(?:^|[^\d-])((?:\+?82[ -]?)?0?(?:10|70)[ .)-]{0,2}\d{3,4}[ .-]?\d{4}|00[1-9]\d{2}[ -]?\d{6,12})(?!\d)/;

export function findPersonalNumber(reader: SignReader): { start: number; end: number } | null {
  for (const sign of reader.facts.signs) {
    if (sign.name !== 'asks_callback') continue;
    const match = PERSONAL_NUMBER.exec(reader.facts.message.text.slice(sign.start, sign.end));
    if (!match) continue;
    const start = sign.start + match.index + match[0].length - match[1]!.length;
    return { start, end: start + match[1]!.length };
  }
  return null;
}

/** How a claim of this strength counts when a link does not bear it out, if the message also presses or asks. */
function conflictRisk({ claim, link }: Conflict, reader: SignReader): number {
  const presses = reader.has('urgency', 'threat', 'asks_details', 'asks_card', 'asks_install', 'asks_code');
  const pretext = reader.pretexts.length > 0;
  const suffix = link.canonical?.public_suffix ?? '';
  const suspect = link.verdict !== 'safe' || (link.owner === 'unknown' && RISKY_SUFFIXES.has(suffix));
  const doubtful = presses || pretext || suspect;
  const agency = claim.institutions[0]!.sector === 'agency';
  if (claim.strength === 'sender' || claim.strength === 'customer') {
    if (link.owner === 'open') return pretext || presses ? 0.75 : 0.35;
    return doubtful || agency ? 0.9 : 0.45;
  }
  if (claim.strength === 'lead') {
    if (suspect && (pretext || presses)) return 0.8;
    return pretext && presses ? 0.6 : pretext || presses ? 0.3 : 0;
  }
  return suspect && pretext ? 0.6 : 0;
}

function toLinkSpan(link: JudgedLink, text: string): TextSpan {
  return { part: text.slice(link.start, link.end), start: link.start, end: link.end };
}

/** Domains that a text names; the table's order is by importance. */
const DOMAINS_SHOWN = 3;

function claimParams({ institutions }: InstitutionClaim): Record<string, string> {
  const [first] = institutions;
  const domains = [...new Set(institutions.flatMap((one) => one.domains))].slice(0, DOMAINS_SHOWN);
  return { name: first!.name, name_ko: first!.name_ko, domains: domains.join(', ') };
}

function conflictReasons(reader: SignReader): WeighedReason[] {
  const { conflicts, message } = reader.facts;
  const [strongest] = [...conflicts]
    .map((conflict) => ({ conflict, risk: conflictRisk(conflict, reader) }))
    .sort((a, b) => b.risk - a.risk);
  if (!strongest) return [];
  const { conflict, risk } = strongest;
  if (risk === 0 && conflict.claim.strength === 'mention') return [];
  return [
    {
      code: conflict.link.owner === 'open' ? 'claim_against_open_link' : 'claim_against_link',
      ...toLinkSpan(conflict.link, message.original),
      params: claimParams(conflict.claim),
      weight: 0.95,
      risk,
    },
  ];
}

function linkReasons({ facts }: SignReader): WeighedReason[] {
  return facts.links.flatMap((link): WeighedReason[] => {
    const span = toLinkSpan(link, facts.message.original);
    if (link.verdict === 'dangerous') {
      return [{ code: 'dangerous_link', ...span, weight: 0.9, risk: Math.max(0.8, link.risk_score) }];
    }
    const known = link.owner === 'own' || link.owner === 'vouched';
    if (link.verdict === 'caution' && !known)
      return [{ code: 'suspicious_link', ...span, weight: 0.5, risk: 0.3 }];
    return [];
  });
}

function senderReasons(reader: SignReader, sender: string | undefined): WeighedReason[] {
  const { facts } = reader;
  const [claim] = facts.claims;
  const speaks = claim?.strength === 'sender' || claim?.strength === 'customer';
  const official = reader.has('pretext_payment', 'pretext_institution', 'pretext_account', 'pretext_refund');
  const reasons: WeighedReason[] = [];
  const number = findPersonalNumber(reader);
  if (number && (official || (speaks && claim.institutions[0]!.sector === 'bank'))) {
    const span = toSpan(facts.message, number.start, number.end);
    reasons.push({ code: 'personal_number', ...span, weight: 0.75, risk: official ? 0.65 : 0.35 });
  }
  const abroad = reader.find('sent_from_abroad');
  const domestic = facts.claims.length > 0 || official || reader.has('pretext_delivery');
  if (abroad && domestic) {
    const span = toSpan(facts.message, abroad.start, abroad.end);
    reasons.push({
      code: 'sent_from_abroad',
      ...span,
      weight: 0.7,
      risk: reader.pretexts.length > 0 ? 0.7 : 0.3,
    });
  }
  if (sender && speaks && isForeignSender(sender, facts, claim)) {
    const risk = reader.pretexts.length > 0 ? 0.65 : 0.35;
    reasons.push({ code: 'claim_against_sender', ...claim.span, params: { sender }, weight: 0.85, risk });
  }
  return reasons;
}

/** A personal or foreign number, or a mail address elsewhere than on the institution's domains. */
function isForeignSender(sender: string, facts: MessageFacts, { institutions }: InstitutionClaim): boolean {
  if (facts.sender === 'mail') {
    const host = sender
      .slice(sender.lastIndexOf('@') + 1)
      .replace(/[>\s].*$/s, '')
      .toLowerCase();
    const domains = institutions.flatMap((one) => one.domains);
    return !domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  }
  if (institutions[0]!.sector === 'courier' && facts.sender === 'personal') return false;
  return (
    facts.sender === 'personal' || (facts.sender === 'abroad' && /[가-힣]/.test(institutions[0]!.name_ko))
  );
}

/** The risk that a request calls for by itself, given what stands around it. */
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

/** Signs that explain a verdict, strongest first in the answer; those that only describe ordinary notices are not named. */
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

function signReasons(reader: SignReader): WeighedReason[] {
  const { message, signs } = reader.facts;
  const seen = new Set<SignName>();
  return signs.flatMap(({ name, start, end }): WeighedReason[] => {
    const weight = name.startsWith('pretext_') ? PRETEXT_WEIGHT : SIGN_WEIGHTS[name];
    if (weight === undefined || seen.has(name)) return [];
    seen.add(name);
    const risk = requestRisk(name, reader);
    return [{ code: name as MessageReasonCode, ...toSpan(message, start, end), weight, risk }];
  });
}

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
  const raised = Math.max(0, ...reasons.map(({ risk }) => risk));
  const clear = score.smishing >= CLEAR_WORDING && !hasNothingToDo(reader);
  const explained = clear || reasons.some(({ weight }) => weight >= EXPLAINS);
  const ceiling = Math.min(riskCeiling(reader, score), explained ? 1 : MAX_ADVERTISING);
  const wording = Math.min(wordingRisk(score, reader), ceiling);
  return { risk: Math.max(wording, raised), reasons };
}
