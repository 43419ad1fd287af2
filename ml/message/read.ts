/** Extracts all facts of a message, before they are weighed. */

import { findClaims, type InstitutionClaim } from './claims.ts';
import { findSigns } from './find-signs.ts';
import { type FoldedMessage, foldMessage } from './fold.ts';
import {
  type Conflict,
  findConflicts,
  type JudgedLink,
  type LinkVerdict,
  type MessageLink,
  toJudgedLink,
} from './links.ts';
import type { MessageSign, SignName } from './signs.ts';

/** Replaces each link in the folded text, so that the letters of a link do not count as words of the message. */
export const LINK_MARK = '\ue000';

/** Maximum number of links that are judged. A message with more is at least `caution`. */
export const MAX_MESSAGE_LINKS = 100;

export interface MessageInput {
  /** 1–10,000 UTF-16 units; the rest is not read */
  text: string;
  /** a number or an address, as the phone or mail program shows it */
  sender?: string;
  channel?: 'sms' | 'chat' | 'mail' | 'other';
}

export interface LinkJudge {
  findLinks(text: string): readonly MessageLink[];
  judgeUrl(url: string): LinkVerdict | Promise<LinkVerdict>;
}

export interface MessageFacts {
  /** folded, with a mark for each link */
  message: FoldedMessage;
  signs: readonly MessageSign[];
  claims: readonly InstitutionClaim[];
  links: readonly JudgedLink[];
  conflicts: readonly Conflict[];
  /** the first link beyond `MAX_MESSAGE_LINKS` */
  first_unjudged_link: MessageLink | null;
  sender: SenderKind;
}

/** `personal`: a mobile or internet number; `service`: a short or company number; `abroad`: with a foreign code. */
export type SenderKind = 'personal' | 'service' | 'abroad' | 'mail' | 'unknown';

/** Numbering plan of Korea (01x mobile, 070 internet telephony) and the long form of other countries. */
export function toSenderKind(sender: string | undefined): SenderKind {
  if (sender === undefined || sender.length > 320) return 'unknown';
  if (sender.includes('@')) return 'mail';
  const digits = sender.replace(/[\s().-]/g, '');
  if (/^(?:\+?82)?0?1[016789]\d{7,8}$/.test(digits) || /^(?:\+?82)?0?70\d{7,8}$/.test(digits))
    return 'personal';
  if (/^(?:\+(?!82)\d{8,15}|00[1-9]\d{8,15})$/.test(digits)) return 'abroad';
  return /^\d{3,12}$/.test(digits) ? 'service' : 'unknown';
}

/** The folded text with each link replaced by one mark, whose position is that of the whole link. */
export function markLinks(message: FoldedMessage, links: readonly MessageLink[]): FoldedMessage {
  if (links.length === 0) return message;
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let next = 0;
  let lastMark = -1;
  for (let i = 0; i < message.text.length; i++) {
    const at = message.starts[i]!;
    while (next < links.length && links[next]!.end <= at) next++;
    const link = links[next];
    const inside = link !== undefined && link.start <= at;
    if (inside && lastMark === next) continue;
    if (inside) lastMark = next;
    text += inside ? LINK_MARK : message.text[i]!;
    starts.push(inside ? link.start : at);
    ends.push(inside ? link.end : message.ends[i]!);
  }
  return { original: message.original, text, starts: Uint16Array.from(starts), ends: Uint16Array.from(ends) };
}

/** Removes links inside other links: they are judged, but the outer link stands for both in the text. */
function withoutOverlaps(links: readonly MessageLink[]): MessageLink[] {
  let end = 0;
  return links.filter((link) => {
    const free = link.start >= end;
    if (free) end = link.end;
    return free;
  });
}

/** Finds the links, signs and claims of a message, and judges its links, each URL once. */
export async function readMessage(input: MessageInput, judge: LinkJudge): Promise<MessageFacts> {
  const folded = foldMessage(input.text);
  const links = [...judge.findLinks(input.text)].sort((a, b) => a.start - b.start);
  const message = markLinks(folded, withoutOverlaps(links));
  const claims = findClaims(message);
  const urls = [...new Set(links.map(({ url }) => url))].slice(0, MAX_MESSAGE_LINKS);
  const verdicts = new Map(
    await Promise.all(urls.map(async (url) => [url, await judge.judgeUrl(url)] as const)),
  );
  const judgedLinks = links.flatMap((link) => {
    const verdict = verdicts.get(link.url);
    return verdict ? [toJudgedLink(link, verdict, claims)] : [];
  });
  return {
    message,
    signs: findSigns(message.text),
    claims,
    links: judgedLinks,
    conflicts: findConflicts(claims, judgedLinks),
    first_unjudged_link: links.find(({ url }) => !verdicts.has(url)) ?? null,
    sender: toSenderKind(input.sender),
  };
}

const isPretext = (name: SignName): boolean => name.startsWith('pretext_');
const isRequest = (name: SignName): boolean => name.startsWith('asks_');

/** The names of a message's facts, which are features of the classifier in training and at run time. */
export function factNames({ signs, claims, links, conflicts }: MessageFacts): string[] {
  const names = new Set<string>(signs.map(({ name }) => name));
  const pretext = signs.some(({ name }) => isPretext(name));
  const request = signs.some(({ name }) => isRequest(name));
  names.add(links.length === 0 ? 'no_link' : links.length === 1 ? 'one_link' : 'links');
  for (const { owner, verdict } of links) {
    names.add(`link_${owner}`);
    names.add(`link_${verdict}`);
    names.add(`link_${owner}_${verdict}`);
    if (pretext) names.add(`pretext_link_${owner}`);
    if (request) names.add(`request_link_${owner}`);
  }
  for (const { strength, institutions } of claims) {
    names.add(`claim_${strength}`);
    names.add(`claim_${strength}_${institutions[0]!.sector}`);
  }
  for (const { claim, link, has_own_link } of conflicts) {
    if (!has_own_link) names.add(`conflict_${claim.strength}_${link.owner}`);
  }
  const pretexts = [...names].filter(
    (name) => name.startsWith('pretext_') && !name.startsWith('pretext_link'),
  );
  const count = Math.min(3, pretexts.length);
  names.add(`pretexts_${count}`);
  if (links.length === 0) for (const name of pretexts) names.add(`${name}_no_link`);
  if (names.has('urgency') && links.length > 0) names.add('urgency_link');
  if (names.has('sent_from_abroad') && claims.length > 0) names.add('abroad_claim');
  if (names.has('asks_callback') && pretext) names.add('callback_pretext');
  return [...names];
}
