/** Finds the reasons why a URL is suspicious: facts that a person can check, each about one part of the address. */

import { findBrandReasons } from './brand-reasons.ts';
import type { CanonicalUrl } from './canonical.ts';
import { listScripts, mixesScripts } from './confusables.ts';
import { isThrowAwayName, looksRandom, readFacts, type UrlFacts } from './features.ts';
import { findPretenseReasons } from './pretense-reasons.ts';
import type { ReasonCode } from './reason-texts.ts';
import { findSpellingReasons } from './spelling-reasons.ts';
import { DOCUMENT_EXTENSIONS, PROGRAM_EXTENSIONS, SHORTENERS, USUAL_PORTS } from './wordlists.ts';

export { reasonText } from './reason-texts.ts';
export type { ReasonCode };

export interface Reason {
  code: ReasonCode;
  /** the part of the URL that the reason is about, as written (punycode decoded) */
  part: string;
  /**
   * further values of the sentence (`brand`, `brand_ko`, `site`, `hosting`, `scripts`, `length`), and `bait` beside a
   * brand
   */
  params?: Record<string, string>;
  /** importance, 0–1: reasons are ordered by it, and `judge.ts` omits those of low weight */
  weight: number;
}

function hostReasons(facts: UrlFacts): Reason[] {
  const { url, display_host, name, subdomains } = facts;
  const reasons: Reason[] = [];
  const mixed = display_host.split('.').find(mixesScripts);
  if (mixed) {
    const params = { scripts: listScripts(mixed).join(', ') };
    reasons.push({ code: 'mixed_scripts', part: mixed, params, weight: 0.9 });
  }
  if (display_host !== url.host) reasons.push({ code: 'punycode', part: display_host, weight: 0.3 });
  if (url.userinfo !== null) {
    const params = { site: display_host };
    reasons.push({
      code: 'userinfo',
      part: url.userinfo,
      params,
      weight: url.userinfo.includes('.') ? 0.9 : 0.6,
    });
  }
  if (facts.is_local) reasons.push({ code: 'local_address', part: url.host, weight: 0.1 });
  else if (url.is_ip) {
    // `[::ffff:203.0.113.9]` is an IPv4 address in an uncommon spelling.
    const isPlain = url.host.startsWith('[') || (url.input.includes(url.host) && !url.input.includes('['));
    reasons.push({
      code: isPlain ? 'ip_host' : 'disguised_ip',
      part: url.host,
      weight: isPlain ? 0.65 : 0.9,
    });
  }
  reasons.push(...findSpellingReasons(url, display_host));
  if (SHORTENERS.has(url.host) || SHORTENERS.has(url.host.replace(/^www\./, ''))) {
    reasons.push({ code: 'shortener', part: url.host, weight: 0.35 });
  }
  if (subdomains.length >= 3)
    reasons.push({ code: 'many_subdomains', part: subdomains.join('.'), weight: 0.45 });
  if (looksRandom(name) || (isThrowAwayName(name) && subdomains.length > 0 && url.shared_suffix === null))
    reasons.push({ code: 'random_host', part: name, weight: 0.5 });
  if (url.host.length > 60) {
    reasons.push({
      code: 'long_host',
      part: url.host,
      params: { length: `${url.host.length}` },
      weight: 0.3,
    });
  }
  if (url.port !== null && !USUAL_PORTS.has(url.port) && !facts.is_local) {
    reasons.push({ code: 'odd_port', part: `${url.port}`, weight: 0.4 });
  }
  return reasons;
}

function hostingReasons(facts: UrlFacts): Reason[] {
  const { url, host_login_words, path_login_words } = facts;
  const reasons: Reason[] = [];
  if (url.shared_suffix !== null) {
    const word = host_login_words[0] ?? path_login_words[0];
    const params = { hosting: url.shared_suffix };
    const weight = host_login_words.length > 0 ? 0.72 : 0.5;
    if (word) reasons.push({ code: 'free_hosting_login', part: word, params, weight });
    else reasons.push({ code: 'free_hosting', part: url.shared_suffix, weight: 0.25 });
  } else if (host_login_words.length > 0) {
    reasons.push({
      code: 'login_words',
      part: host_login_words.join(', '),
      weight: host_login_words.length > 1 ? 0.6 : 0.3,
    });
  }
  if (url.registrable_domain !== null && isUnusual(facts)) {
    reasons.push({ code: 'unusual_domain', part: url.registrable_domain, weight: 0.56 });
  }
  if (facts.risky_suffix) reasons.push({ code: 'risky_suffix', part: url.public_suffix ?? '', weight: 0.46 });
  return reasons;
}

/**
 * Whether a domain is built as few real sites are: a risky suffix, three hyphens, digits among letters, or bait
 * words.
 */
function isUnusual({ url, name, host_login_words }: UrlFacts): boolean {
  if (url.shared_suffix !== null) return false;
  const hyphens = name.split('-').length - 1;
  const digits = name.match(/\d/g)?.length ?? 0;
  const mixed = digits >= 5 && digits < name.length;
  return hyphens >= 3 || mixed || looksRandom(name) || host_login_words.length > 1 || /phish/.test(name);
}

/** Folders of WordPress that have no pages for visitors. */
const WORDPRESS_FOLDERS = /\/(wp-(?:admin|includes|content))\/.*(?:\.php|\.html?|\/)$/;

/** What only a wallet may ask its owner for. */
const SEED_PHRASE = /(?:seed|recovery|secret|mnemonic)[-_]?(?:recovery[-_]?)?phrase|private[-_]?key/;

const EMBEDDED_URL = /https?:\/{1,2}([^/?#&\s%]{4,})/i;

function pathReasons(facts: UrlFacts): Reason[] {
  const { url } = facts;
  const reasons: Reason[] = [];
  const file = url.path.slice(url.path.lastIndexOf('/') + 1).toLowerCase();
  const [last, before] = file.split('.').reverse();
  if (last && file.includes('.') && PROGRAM_EXTENSIONS.has(last)) {
    const isDouble = before !== undefined && DOCUMENT_EXTENSIONS.has(before) && file.split('.').length > 2;
    reasons.push({
      code: isDouble ? 'double_extension' : 'program_file',
      part: file,
      weight: isDouble ? 0.8 : 0.45,
    });
  }
  const target = EMBEDDED_URL.exec(`${url.path}?${url.query ?? ''}`)?.[1]?.toLowerCase();
  if (target && !target.endsWith(url.registrable_domain ?? url.host)) {
    reasons.push({ code: 'embedded_url', part: target, weight: 0.28 });
  }
  const phrase = SEED_PHRASE.exec(url.path.toLowerCase())?.[0];
  if (phrase) reasons.push({ code: 'seed_phrase', part: phrase, weight: 0.4 });
  const folder = WORDPRESS_FOLDERS.exec(url.path)?.[1];
  if (folder) reasons.push({ code: 'site_internals', part: folder, weight: 0.42 });
  const word = facts.path_login_words[0];
  if (word && url.shared_suffix === null) reasons.push({ code: 'login_path', part: word, weight: 0.22 });
  if (url.href.length > 250 && url.full_length === undefined) {
    reasons.push({
      code: 'long_url',
      part: url.host,
      params: { length: `${url.href.length}` },
      weight: 0.15,
    });
  }
  return reasons;
}

/**
 * All reasons that are true of a URL, highest weight first, in some tens of microseconds. A brand's own host never
 * has a reason about a look-alike. An assumed scheme is not `plain_http`.
 */
export function findReasons(url: CanonicalUrl): Reason[] {
  return toReasons(readFacts(url));
}

/** Like `findReasons`, for facts that have been read. */
export function toReasons(facts: UrlFacts): Reason[] {
  const { url } = facts;
  const reasons = [
    ...findBrandReasons(facts),
    ...findPretenseReasons(facts),
    ...hostReasons(facts),
    ...hostingReasons(facts),
    ...pathReasons(facts),
  ];
  if (url.scheme === 'http' && url.has_scheme)
    reasons.push({ code: 'plain_http', part: 'http', weight: 0.2 });
  return reasons.sort((a, b) => b.weight - a.weight);
}
