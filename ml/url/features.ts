/** Facts about a canonical URL, which the rules and reasons use. */

import { domainToUnicode } from 'node:url';
import { isLocalHost } from './address.ts';
import { type Brand, findBrandOwner, isUserContent } from './brands.ts';
import type { CanonicalUrl } from './canonical.ts';
import { LOGIN_WORDS, RISKY_SUFFIXES } from './wordlists.ts';

export interface UrlFacts {
  url: CanonicalUrl;
  /** the host with punycode decoded */
  display_host: string;
  /** the label that the owner registered: left of the public suffix, or of the shared suffix; '' for IP addresses */
  name: string;
  /** the labels left of `name`, without a leading `www`, in the order of the host */
  subdomains: string[];
  /** the brand the host belongs to */
  owner: Brand | null;
  /** whether only a known brand publishes at this address */
  is_official: boolean;
  is_local: boolean;
  risky_suffix: boolean;
  /** lower-case words of the path and query */
  path_words: string[];
  /** words that ask for a login, in the host and in the path */
  host_login_words: string[];
  path_login_words: string[];
}

/** The words of a piece of an address, in lower case. */
export function listWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9\u0080-\uffff]+/)
    .filter((word) => word !== '');
}

/** The labels left of the suffix under which anyone can register a name; [] for IP addresses. */
function ownLabels(url: CanonicalUrl, displayHost: string): string[] {
  if (url.is_ip) return [];
  const suffix = url.shared_suffix ?? url.public_suffix;
  const labels = displayHost.split('.');
  if (suffix === null) return labels.length > 1 ? labels.slice(0, -1) : labels;
  return labels.slice(0, labels.length - suffix.split('.').length);
}

/** Reads the facts, in about ten microseconds. */
export function readFacts(url: CanonicalUrl): UrlFacts {
  const displayHost = url.host.includes('xn--') ? domainToUnicode(url.host) || url.host : url.host;
  const labels = ownLabels(url, displayHost);
  const name = labels.at(-1) ?? '';
  const subdomains = labels.slice(0, -1);
  if (subdomains[0] === 'www') subdomains.shift();
  const path_words = listWords(url.query === null ? url.path : `${url.path} ${url.query}`);
  const hostWords = labels.flatMap(listWords);
  const owner = url.is_ip ? null : findBrandOwner(url.host);
  return {
    url,
    display_host: displayHost,
    name,
    subdomains,
    owner,
    is_official: owner !== null && !isUserContent(url),
    is_local: isLocalHost(url.host),
    risky_suffix: url.shared_suffix === null && RISKY_SUFFIXES.has(url.public_suffix ?? ''),
    path_words,
    host_login_words: hostWords.filter((word) => LOGIN_WORDS.has(word)),
    path_login_words: path_words.filter((word) => LOGIN_WORDS.has(word) && !TOPICS.has(word)),
  };
}

/** In a path these words are the topic of an article, not a request to log in. */
const TOPICS = new Set(['security', 'identity', 'recovery', 'confirmation']);

const VOWELS = /[aeiouy]/g;

/**
 * Whether a label looks generated: alternating letters and digits, a long run of consonants, or hardly a vowel. The
 * thresholds are measured (RULES.md). `label` is lower case and not punycode.
 */
export function looksRandom(label: string): boolean {
  if (label.length < 8 || /[^a-z0-9]/.test(label)) return false;
  const alternations = label.match(/[a-z]\d|\d[a-z]/g)?.length ?? 0;
  if (alternations >= 4) return true;
  if (/[bcdfghjklmnpqrstvwxz]{7,}/.test(label)) return true;
  const letters = label.replace(/\d+/g, '');
  const vowels = letters.match(VOWELS)?.length ?? 0;
  return letters.length >= 9 && vowels / letters.length < 0.12;
}

/** Whether a name is a few letters around a digit, as registered in bulk: `ys6d`. */
export function isThrowAwayName(name: string): boolean {
  return name.length >= 4 && name.length <= 6 && /^[a-z0-9]+$/.test(name) && /[a-z]\d/.test(name);
}
