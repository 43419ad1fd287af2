/** Facts read off a canonical URL once, for the rules that look at them. */

import { domainToUnicode } from 'node:url';
import { isLocalHost } from './address.ts';
import { type Brand, findBrandOwner, isUserContent } from './brands.ts';
import type { CanonicalUrl } from './canonical.ts';
import { LOGIN_WORDS, RISKY_SUFFIXES } from './wordlists.ts';

export interface UrlFacts {
  url: CanonicalUrl;
  /** the host as a person sees it: punycode decoded */
  display_host: string;
  /** the label its owner chose: left of the public suffix, or of the shared suffix; '' for addresses */
  name: string;
  /** labels left of `name`, without a leading `www`, as in the host from left to right */
  subdomains: string[];
  /** the brand the host belongs to */
  owner: Brand | null;
  /** on a brand's own host, at an address where not just anyone may publish */
  is_official: boolean;
  is_local: boolean;
  risky_suffix: boolean;
  /** words of the path and query, lower case */
  path_words: string[];
  /** words of the host that ask for a login, and of the path */
  host_login_words: string[];
  path_login_words: string[];
}

/** Words in a piece of an address: what stands between marks, and letters apart from digits. */
export function listWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9\u0080-\uffff]+/)
    .filter((word) => word !== '');
}

/** The labels left of the suffix that stands for "anyone can get a name here"; [] for addresses. */
function ownLabels(url: CanonicalUrl, displayHost: string): string[] {
  if (url.is_ip) return [];
  const suffix = url.shared_suffix ?? url.public_suffix;
  const labels = displayHost.split('.');
  if (suffix === null) return labels.length > 1 ? labels.slice(0, -1) : labels;
  return labels.slice(0, labels.length - suffix.split('.').length);
}

/** Reads the facts; some ten microseconds. */
export function readFacts(url: CanonicalUrl): UrlFacts {
  const displayHost = url.host.includes('xn--') ? domainToUnicode(url.host) || url.host : url.host;
  const labels = ownLabels(url, displayHost);
  const name = labels.at(-1) ?? '';
  const subdomains = labels.slice(0, -1);
  if (subdomains[0] === 'www') subdomains.shift();
  const path_words = listWords(url.query === null ? url.path : `${url.path} ${url.query}`);
  const host_words = labels.flatMap(listWords);
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
    host_login_words: host_words.filter((word) => LOGIN_WORDS.has(word)),
    path_login_words: path_words.filter((word) => LOGIN_WORDS.has(word) && !TOPICS.has(word)),
  };
}

/** Login words that in a path are what an article is about. */
const TOPICS = new Set(['security', 'identity', 'recovery', 'confirmation']);

const VOWELS = /[aeiouy]/g;

/**
 * Whether a label looks made by a machine: letters and digits in turns, a long run of consonants, or hardly a
 * vowel. The bounds are measured (RULES.md); `label` is lower case, without punycode.
 */
export function looksRandom(label: string): boolean {
  if (label.length < 8 || /[^a-z0-9]/.test(label)) return false;
  const turns = label.match(/[a-z]\d|\d[a-z]/g)?.length ?? 0;
  if (turns >= 4) return true;
  if (/[bcdfghjklmnpqrstvwxz]{7,}/.test(label)) return true;
  const letters = label.replace(/\d+/g, '');
  const vowels = letters.match(VOWELS)?.length ?? 0;
  return letters.length >= 9 && vowels / letters.length < 0.12;
}
