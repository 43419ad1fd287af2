/** Reasons about the sender that a message claims: compared with its links, its real sender, and the number to call. */

import { RISKY_SUFFIXES } from '../url/wordlists.ts';
import type { InstitutionClaim } from './claims.ts';
import { type TextSpan, toSpan } from './fold.ts';
import type { Conflict, MessageLink } from './links.ts';
import type { MessageFacts } from './read.ts';
import { findPersonalNumber, type SignReader, type WeighedReason } from './sign-reader.ts';

/** The risk of a claim that a link does not support, when the message also presses or asks for something. */
function conflictRisk({ claim, link, has_own_link }: Conflict, reader: SignReader): number {
  const hasPressure = reader.has(
    'urgency',
    'threat',
    'asks_details',
    'asks_card',
    'asks_install',
    'asks_code',
  );
  const hasPretext = reader.pretexts.length > 0;
  const suffix = link.canonical?.public_suffix ?? '';
  const isSuspect = link.verdict !== 'safe' || (link.owner === 'unknown' && RISKY_SUFFIXES.has(suffix));
  const isDoubtful = hasPressure || hasPretext || isSuspect;
  if (has_own_link)
    return isSuspect && (hasPretext || hasPressure) ? 0.6 : hasPretext && hasPressure ? 0.35 : 0;
  const isAgency = claim.institutions[0]!.sector === 'agency';
  if (claim.strength === 'sender' || claim.strength === 'customer') {
    if (link.owner === 'open') return hasPretext || hasPressure ? 0.75 : 0.35;
    return isDoubtful || isAgency ? 0.9 : 0.45;
  }
  if (claim.strength === 'lead') {
    if (isSuspect && (hasPretext || hasPressure)) return 0.8;
    return hasPretext && hasPressure ? 0.6 : hasPretext || hasPressure ? 0.3 : 0;
  }
  return isSuspect && hasPretext ? 0.6 : 0;
}

function toLinkSpan(link: MessageLink, text: string): TextSpan {
  return { part: text.slice(link.start, link.end), start: link.start, end: link.end };
}

/** Maximum number of domains in a sentence. The brand table has them by importance. */
const MAX_DOMAINS_SHOWN = 3;

function claimParams({ institutions }: InstitutionClaim): Record<string, string> {
  const [first] = institutions;
  const domains = [...new Set(institutions.flatMap((one) => one.domains))].slice(0, MAX_DOMAINS_SHOWN);
  return { name: first!.name, name_ko: first!.name_ko, domains: domains.join(', ') };
}

/** The claim that contradicts its link the most. */
export function conflictReasons(reader: SignReader): WeighedReason[] {
  const { conflicts, message } = reader.facts;
  const [strongest] = [...conflicts]
    .map((conflict) => ({ conflict, risk: conflictRisk(conflict, reader) }))
    .sort((a, b) => b.risk - a.risk);
  if (!strongest) return [];
  const { conflict, risk } = strongest;
  if (risk === 0 && (conflict.has_own_link || conflict.claim.strength === 'mention')) return [];
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

/** Reasons about the links themselves. */
export function linkReasons({ facts }: SignReader): WeighedReason[] {
  const first = new Map(facts.links.map((link) => [link.url, link] as const).reverse());
  const reasons = [...first.values()].reverse().flatMap((link): WeighedReason[] => {
    const span = toLinkSpan(link, facts.message.original);
    if (link.verdict === 'dangerous') {
      return [{ code: 'dangerous_link', ...span, weight: 0.9, risk: Math.max(0.8, link.risk_score) }];
    }
    const isKnown = link.owner === 'own' || link.owner === 'vouched';
    if (link.verdict === 'caution' && !isKnown)
      return [{ code: 'suspicious_link', ...span, weight: 0.5, risk: 0.3 }];
    return [];
  });
  if (facts.first_unjudged_link === null) return reasons;
  const span = toLinkSpan(facts.first_unjudged_link, facts.message.original);
  return [...reasons, { code: 'many_links', ...span, weight: 0.6, risk: 0.35 }];
}

/** Reasons about the sender and about the numbers to call. */
export function senderReasons(reader: SignReader, sender: string | undefined): WeighedReason[] {
  const { facts } = reader;
  const [claim] = facts.claims;
  const isSender = claim?.strength === 'sender' || claim?.strength === 'customer';
  const isOfficialMatter = reader.has(
    'pretext_payment',
    'pretext_institution',
    'pretext_account',
    'pretext_refund',
  );
  const reasons: WeighedReason[] = [];
  const number = findPersonalNumber(reader);
  if (number && (isOfficialMatter || (isSender && claim.institutions[0]!.sector === 'bank'))) {
    const span = toSpan(facts.message, number.start, number.end);
    reasons.push({ code: 'personal_number', ...span, weight: 0.75, risk: isOfficialMatter ? 0.65 : 0.35 });
  }
  const abroad = reader.find('sent_from_abroad');
  const isDomestic = facts.claims.length > 0 || isOfficialMatter || reader.has('pretext_delivery');
  if (abroad && isDomestic) {
    const span = toSpan(facts.message, abroad.start, abroad.end);
    reasons.push({
      code: 'sent_from_abroad',
      ...span,
      weight: 0.7,
      risk: reader.pretexts.length > 0 ? 0.7 : 0.3,
    });
  }
  if (sender && isSender && isForeignSender(sender, facts, claim)) {
    const risk = reader.pretexts.length > 0 ? 0.65 : 0.35;
    reasons.push({ code: 'claim_against_sender', ...claim.span, params: { sender }, weight: 0.85, risk });
  }
  return reasons;
}

/** Whether the sender is a personal or foreign number, or a mail address outside the institution's domains. */
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
