/** Links with a scheme. All positions are UTF-16 units of the text that is read. */

import { toBytes, unescapeFully } from '../url/bytes.ts';
import { findReach, trimEnd } from './links-bounds.ts';
import { findHostLength, findHosts, hasPublicSuffix } from './links-host.ts';

export interface LinkSpan {
  from: number;
  to: number;
  /** the input for `canonicalize` */
  url: string;
  /** whether this is a second reading of the span before it */
  second?: boolean;
}

/** The host and authority of a link: where the host ends, port included, and where the authority ends. */
interface Site {
  host: string;
  host_end: number;
  authority_end: number;
}

/** Maximum length of the authority of a link, and of the rest of a host after a line break. */
const MAX_AUTHORITY = 4096;
const MAX_BROKEN_HOST = 512;
const LINE_BREAK = /[\t\r\n]/;
const NO_HOST_AHEAD = /[\s<>"`{}|^]/;
const IPV4 = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i;

function isComplete(host: string): boolean {
  return host.startsWith('[') || IPV4.test(host) || host === 'localhost' || hasPublicSuffix(decodeHost(host));
}

function decodeHost(host: string): string {
  return host.includes('%') ? unescapeFully(host) : host;
}

/** The site in `text` (without scheme and slashes) from `from` to `to`; null when there is no host. */
function findSite(text: string, from: number, to: number): Site | null {
  let authority_end = from;
  while (authority_end < to && !/[/\\?#]/.test(text.charAt(authority_end))) authority_end++;
  const authority = text.slice(from, authority_end);
  const behind = authority.lastIndexOf('@') + 1;
  const site = authority.slice(behind);
  const length = /^\[[\da-f:.]+\]/i.exec(site)?.[0].length ?? findHostLength(site);
  if (length === 0) return null;
  const port = /^:\d{1,5}/.exec(site.slice(length))?.[0].length ?? 0;
  return { host: site.slice(0, length), host_end: from + behind + length + port, authority_end };
}

/**
 * The link whose scheme is at `at` and whose body starts at `body`, and a second reading when its host may continue
 * on the next line. It reaches up to `limit` at most.
 */
export function listSchemeSpans(
  text: string,
  at: number,
  body: number,
  limit: number,
  inside: boolean,
): LinkSpan[] {
  const scheme = text.slice(at, body);
  if (scheme.includes('%')) return [toEscapedSpan(text, at, limit, inside)];
  const hasSlashes = /[\\/]$/.test(scheme);
  // Browsers open `http:host` as a link; in a sentence `https: …` is not one.
  if (!hasSlashes && /\w/.test(text.charAt(at - 1))) return [];
  const reach = findAuthorityEnd(text, body, limit, text.charAt(at - 1));
  const plain = toPlainSpan(text, at, body, reach, limit, hasSlashes);
  const isOpen = reach < limit && LINE_BREAK.test(text.charAt(reach));
  const brokenSpan = isOpen ? findBrokenSpan(text, at, body, reach) : null;
  if (brokenSpan === null) return plain === null ? [] : [plain.span];
  if (plain === null || !isComplete(plain.host)) return [brokenSpan];
  const next =
    /^[\p{L}\p{M}\p{N}_.-]+/u.exec(text.slice(reach + 1, reach + MAX_BROKEN_HOST).trimStart())?.[0] ?? '';
  return findHosts(next).length > 0 ? [plain.span] : [plain.span, { ...brokenSpan, second: true }];
}

/** The end of the authority that starts at `body`: the start of a path, query or fragment, or the end of the link. */
function findAuthorityEnd(text: string, body: number, limit: number, quote: string): number {
  const bound = Math.min(limit, body + MAX_AUTHORITY);
  let end = body;
  while (end < bound && !/[/\\?#\s]/.test(text.charAt(end))) end++;
  // In `http://a.com.http://b.com` the first host ends before the second scheme.
  const joinedScheme = /[\\/]/.test(text.charAt(end))
    ? /https?:$/i.exec(text.slice(Math.max(body, end - 6), end))
    : null;
  return findReach(text, body, end - (joinedScheme?.[0].length ?? 0), quote);
}

/** The link as written. Only a link with a path is read further, so that no character is read twice. */
function toPlainSpan(
  text: string,
  from: number,
  body: number,
  reach: number,
  limit: number,
  hasSlashes: boolean,
): { span: LinkSpan; host: string } | null {
  const site = findSite(text, body, reach);
  if (site === null || (!hasSlashes && !isComplete(site.host))) return null;
  const hasPath = site.host_end === reach && /[/\\?#]/.test(text.charAt(reach));
  const to = hasPath
    ? trimEnd(text, site.host_end, findReach(text, body, limit, text.charAt(from - 1)))
    : site.host_end;
  return { span: { from, to, url: text.slice(from, to) }, host: site.host };
}

/** A host with a line break or a tab inside, which browsers drop. Null when the joined host has no known suffix. */
function findBrokenSpan(text: string, from: number, body: number, reach: number): LinkSpan | null {
  let joined = '';
  const places: number[] = [];
  let hasPath = false;
  for (let at = body; at < Math.min(text.length, reach + MAX_BROKEN_HOST); at++) {
    const char = text.charAt(at);
    if (LINE_BREAK.test(char)) {
      if (hasPath) break;
      continue;
    }
    if (NO_HOST_AHEAD.test(char)) break;
    hasPath ||= /[/\\?#]/.test(char);
    joined += char;
    places.push(at);
  }
  const site = findSite(joined, 0, joined.length);
  if (site === null || !isComplete(site.host) || places[site.host_end - 1]! < reach) return null;
  const end =
    site.host_end < site.authority_end
      ? site.host_end
      : trimEnd(joined, site.host_end, findReach(joined, 0, joined.length, text.charAt(from - 1)));
  return { from, to: places[end - 1]! + 1, url: text.slice(from, body) + joined.slice(0, end) };
}

/** `http%3A%2F%2Fevil.tk%2Fa`, alone or in the query of another link. */
function toEscapedSpan(text: string, from: number, limit: number, inside: boolean): LinkSpan {
  const reach = findReach(text, from, limit, text.charAt(from - 1));
  const raw = text.slice(from, reach);
  // A parameter's value ends at the next parameter; an `&` of the value would be escaped.
  const isValue = inside || text.charAt(from - 1) === '=';
  const mark = isValue ? raw.search(/[&#;]/) : -1;
  const to = trimEnd(text, from, mark === -1 ? reach : from + mark);
  return { from, to, url: unescapeFully(toBytes(text.slice(from, to))) };
}
