/** Compares the links of a message with the institutions that it names. */

import { findBrandOwner, isUserContent } from '../url/brands.ts';
import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { findRedirector } from '../url/redirectors.ts';
import type { InstitutionClaim } from './claims.ts';
import type { Institution } from './institutions.ts';

/** A link and its position in the text (UTF-16 units, `end` exclusive). */
export interface MessageLink {
  url: string;
  start: number;
  end: number;
}

/** What is known about a link by itself. */
export interface LinkVerdict {
  verdict: 'safe' | 'caution' | 'dangerous';
  /** 0–1 */
  risk_score: number;
  /** where a redirector leads, when it has said so */
  target?: CanonicalUrl;
}

/**
 * The owner of a link. `own`: an institution that the message names. `vouched`: another known brand, and only it
 * publishes there. `open`: anyone can make such a link (shorteners, forms, shared files, open chats). `unknown`: all
 * others.
 */
export type LinkOwner = 'own' | 'vouched' | 'open' | 'unknown';

export interface JudgedLink extends MessageLink, LinkVerdict {
  /** the target of a redirector, where it is known; null when the link is not a URL */
  canonical: CanonicalUrl | null;
  owner: LinkOwner;
  /** for `own`: the institution */
  institution: Institution | null;
}

/** A claim and a link that contradict each other: the link is none of the institution's sites. */
export interface Conflict {
  claim: InstitutionClaim;
  link: JudgedLink;
  /** whether the message also has a link of an institution that it names, as frauds and shop notices may have */
  has_own_link: boolean;
}

/** Suffixes that only governments can get. */
const GOVERNMENT = /(?:^|\.)(?:gov|mil|(?:go|gov|gouv|gob|gc|govt|mil|gv)\.(?:[a-z]{2}))$/;

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function isOwn(host: string, institution: Institution): boolean {
  if (institution.domains.some((domain) => isBelow(host, domain))) return true;
  return institution.sector === 'agency' && GOVERNMENT.test(host);
}

function toOwner(url: CanonicalUrl | null, own: boolean): LinkOwner {
  if (url === null || url.is_ip) return 'unknown';
  const { host } = url;
  const scope = findRedirector(url)?.scope ?? null;
  const operator = scope === 'operator';
  const open = !operator && (scope !== null || isUserContent(url));
  if (own && !open) return 'own';
  if (operator) return 'vouched';
  if (open) return 'open';
  if (findBrandOwner(host) !== null || GOVERNMENT.test(host)) return 'vouched';
  return 'unknown';
}

/** Combines a link with its verdict and the claims of the message. */
export function toJudgedLink(
  link: MessageLink,
  verdict: LinkVerdict,
  claims: readonly InstitutionClaim[],
): JudgedLink {
  const canonical = verdict.target ?? canonicalize(link.url);
  const host = canonical === null || canonical.is_ip ? '' : canonical.host;
  const institutions = claims.flatMap(({ institutions }) => institutions);
  const institution = institutions.find((one) => isOwn(host, one)) ?? null;
  const owner = toOwner(canonical, institution !== null);
  return { ...link, ...verdict, canonical, owner, institution: owner === 'own' ? institution : null };
}

/**
 * For each claim the worst link that has no known owner. A link of another known brand is no conflict, since only
 * that brand publishes there.
 */
export function findConflicts(claims: readonly InstitutionClaim[], links: readonly JudgedLink[]): Conflict[] {
  const foreign = links.filter(({ owner }) => owner === 'open' || owner === 'unknown');
  if (foreign.length === 0) return [];
  const worst = foreign.reduce((a, b) => (b.risk_score > a.risk_score ? b : a));
  const has_own_link = worst.verdict !== 'dangerous' && links.some(({ owner }) => owner === 'own');
  return claims.map((claim) => ({ claim, link: worst, has_own_link }));
}
