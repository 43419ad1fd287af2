/** What the links of a message say about whom it speaks for. */

import { findBrandOwner, isUserContent } from '../url/brands.ts';
import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { SHORTENERS } from '../url/wordlists.ts';
import type { InstitutionClaim } from './claims.ts';
import type { Institution } from './institutions.ts';

/** A link as a finder gives it: what to judge, and where it stands in the text (UTF-16, `end` exclusive). */
export interface MessageLink {
  url: string;
  start: number;
  end: number;
}

/** What is known of one link by itself. */
export interface LinkVerdict {
  verdict: 'safe' | 'caution' | 'dangerous';
  /** 0–1 */
  risk_score: number;
  /** the scope of a redirector, when the link is one */
  redirect?: 'open' | 'operator' | 'user_content';
}

/**
 * Whose the link is. `own`: of an institution that the message names. `vouched`: another known owner's, where not just
 * anyone may publish. `open`: anyone can make one (shorteners, forms, shared files, open chats). `unknown`: the rest.
 */
export type LinkOwner = 'own' | 'vouched' | 'open' | 'unknown';

export interface JudgedLink extends MessageLink, LinkVerdict {
  /** null when it cannot be read as a URL */
  canonical: CanonicalUrl | null;
  owner: LinkOwner;
  /** whose of the institutions named it is, when it is `own` */
  institution: Institution | null;
}

/** A claim that a link does not bear out: the institution's name, and a link that is none of its sites. */
export interface Conflict {
  claim: InstitutionClaim;
  link: JudgedLink;
  /** beside the link there is one of an institution that the message names: frauds add one, notices of shops too */
  beside_own: boolean;
}

/** Suffixes that only governments get. */
const GOVERNMENT = /(?:^|\.)(?:gov|mil|(?:go|gov|gouv|gob|gc|govt|mil|gv)\.(?:[a-z]{2}))$/;

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function isOwn(host: string, institution: Institution): boolean {
  if (institution.domains.some((domain) => isBelow(host, domain))) return true;
  return institution.sector === 'agency' && GOVERNMENT.test(host);
}

/** Redirectors that lead only to what their operator publishes; used where the verdict names no scope. */
const OPERATORS_OWN = new Set(
  'youtu.be maps.app.goo.gl link.coupang.com naver.me kko.to apple.co amzn.to amzn.eu a.co g.page fb.me'.split(
    ' ',
  ),
);

/** The scope of a redirector that the verdict does not name; null for other hosts. */
export function findRedirectScope(host: string): 'operator' | 'open' | null {
  if (OPERATORS_OWN.has(host)) return 'operator';
  return SHORTENERS.has(host.replace(/^www\./, '')) ? 'open' : null;
}

function toOwner(url: CanonicalUrl | null, verdict: LinkVerdict, own: boolean): LinkOwner {
  if (url === null || url.is_ip) return 'unknown';
  const { host } = url;
  const scope = verdict.redirect ?? findRedirectScope(host);
  const operator = scope === 'operator';
  const open = !operator && isUserContent(url);
  if (own && !open) return 'own';
  if (operator) return 'vouched';
  if (open || scope !== null) return 'open';
  if (findBrandOwner(host) !== null || GOVERNMENT.test(host)) return 'vouched';
  return 'unknown';
}

/** Puts a link beside its verdict and the message's claims. */
export function toJudgedLink(
  link: MessageLink,
  verdict: LinkVerdict,
  claims: readonly InstitutionClaim[],
): JudgedLink {
  const canonical = canonicalize(link.url);
  const host = canonical === null || canonical.is_ip ? '' : canonical.host;
  const institutions = claims.flatMap(({ institutions }) => institutions);
  const institution = institutions.find((one) => isOwn(host, one)) ?? null;
  const owner = toOwner(canonical, verdict, institution !== null);
  return { ...link, ...verdict, canonical, owner, institution: owner === 'own' ? institution : null };
}

/**
 * Each claim against the worst link that is none of a known owner's. Links of other known owners conflict with nothing:
 * nobody else can put a page there.
 */
export function findConflicts(claims: readonly InstitutionClaim[], links: readonly JudgedLink[]): Conflict[] {
  const foreign = links.filter(({ owner }) => owner === 'open' || owner === 'unknown');
  if (foreign.length === 0) return [];
  const worst = foreign.reduce((a, b) => (b.risk_score > a.risk_score ? b : a));
  const beside_own = worst.verdict !== 'dangerous' && links.some(({ owner }) => owner === 'own');
  return claims.map((claim) => ({ claim, link: worst, beside_own }));
}
