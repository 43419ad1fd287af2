/**
 * The canonical form of a URL: one string, and so one hash, for all spellings of an address. Source: Safe Browsing
 * (developers.google.com/safe-browsing/reference/URLs.and.Hashing), except that a port other than the scheme's
 * default is kept, since another port is another site.
 */

import { hash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { parseIpv4, parseIpv6 } from './address.ts';
import { decodeUtf8, escapeBytes, toBytes, unescapeFully } from './bytes.ts';
import { foldFullWidth, trimEdges } from './canonical-input.ts';
import { findHostOwner, type HostOwner } from './suffix.ts';

export interface CanonicalUrl {
  /** the input, trimmed */
  input: string;
  /**
   * the length of `input` when it is longer than `MAX_URL_LENGTH`; `href` then has the host and as much of the rest
   * as fits
   */
  full_length?: number;
  /** the canonical URL, in ASCII; canonicalizing it again changes nothing */
  href: string;
  /** SHA-256 of `href`, 64 hex digits */
  hash: string;
  scheme: 'http' | 'https';
  /** false when the input had no scheme and http was assumed */
  has_scheme: boolean;
  /** the part before `@`, escaped; in `href`, never in `host` */
  userinfo: string | null;
  /** lower case; IDNs in punycode, IPv4 as a dotted quad, IPv6 compressed and in brackets */
  host: string;
  /** null for the scheme's default port */
  port: number | null;
  /** starts with `/`, without the query */
  path: string;
  /** without `?`; null when there is none */
  query: string | null;
  is_ip: boolean;
  /** eTLD+1 by the ICANN section of the Public Suffix List; null for IP addresses, localhost and unknown suffixes */
  registrable_domain: string | null;
  public_suffix: string | null;
  /** set when the host is below a private suffix (shared hosting), e.g. `github.io` */
  shared_suffix: string | null;
}

/** Characters of a canonical URL; the path and query of a longer one are truncated. */
export const MAX_URL_LENGTH = 2048;

/** Characters of the longest input; a longer one is no URL. */
const MAX_INPUT_LENGTH = 100_000;

/**
 * For URLs that are too long: bytes of the path and of the query to unescape, and maximum characters of userinfo and
 * host.
 */
const LONG_URL_LIMITS = { target: 8192, userinfo: 256, host: 255 };

interface UrlParts {
  scheme: 'http' | 'https';
  has_scheme: boolean;
  /** number of slashes before the host */
  slashes: number;
  userinfo: string | null;
  host: string;
  port: string | null;
  path: string;
  query: string | null;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const ESCAPED_SCHEME = /^(https?)(?::|%(?:25)*3a)(?:\/|%(?:25)*2f){2}/i;
const HOST_AND_PORT = /^[^/?]*:\d{1,5}(?:[/?]|$)/;

/** Splits off the scheme. Null for a scheme other than http and https. */
function splitScheme(
  text: string,
): { scheme: 'http' | 'https'; has_scheme: boolean; remainder: string } | null {
  const plain = text.includes('%') ? text.replace(ESCAPED_SCHEME, '$1://') : text;
  const match = SCHEME.exec(plain);
  const name = match?.[1]?.toLowerCase();
  if (name === 'http' || name === 'https') {
    return { scheme: name, has_scheme: true, remainder: plain.slice(name.length + 1) };
  }
  // `localhost:3000/x` is a host and a port. No scheme in use has a dot in its name.
  if (name !== undefined && !name.includes('.') && !HOST_AND_PORT.test(plain)) return null;
  return { scheme: 'http', has_scheme: false, remainder: plain };
}

function countLeadingSlashes(text: string): number {
  let count = 0;
  while (text.charCodeAt(count) === 47) count++;
  return count;
}

function splitParts(bytes: string): UrlParts | null {
  const hashAt = bytes.indexOf('#');
  const split = splitScheme(hashAt === -1 ? bytes : bytes.slice(0, hashAt));
  if (split === null) return null;
  const queryAt = split.remainder.indexOf('?');
  const query = queryAt === -1 ? null : split.remainder.slice(queryAt + 1);
  // Browsers read a backslash as a slash: the host of `http://evil.tk\@naver.com` is evil.tk.
  const before = (queryAt === -1 ? split.remainder : split.remainder.slice(0, queryAt)).replaceAll('\\', '/');
  // After a scheme browsers accept any number of slashes, even none (WHATWG URL, "special authority ignore slashes").
  const slashes = countLeadingSlashes(before);
  const start = split.has_scheme || slashes > 1 ? slashes : 0;
  const slash = before.indexOf('/', start);
  const authority = slash === -1 ? before.slice(start) : before.slice(start, slash);
  const at = authority.lastIndexOf('@');
  const hostport = authority.slice(at + 1);
  const colon = hostport.indexOf(':', hostport.lastIndexOf(']') + 1);
  return {
    scheme: split.scheme,
    has_scheme: split.has_scheme,
    slashes: start,
    userinfo: at === -1 ? null : authority.slice(0, at),
    host: colon === -1 ? hostport : hostport.slice(0, colon),
    port: colon === -1 ? null : hostport.slice(colon + 1),
    path: slash === -1 ? '' : before.slice(slash),
    query,
  };
}

/** The canonical form of a host that is still escaped; null when no program would resolve it. */
function canonicalHost(raw: string): { host: string; is_ip: boolean } | null {
  const bytes = unescapeFully(raw).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (bytes.startsWith('[')) {
    const host = parseIpv6(bytes);
    return host === null ? null : { host, is_ip: true };
  }
  // Browsers end the host at these characters only when they are not escaped.
  if (/[/\\?@:]/.test(bytes)) return null;
  const text = /[\x80-\xff]/.test(bytes) ? decodeUtf8(bytes) : null;
  const ascii = text === null ? bytes : domainToASCII(text) || bytes;
  const host = trimDots(ascii);
  if (host === '') return null;
  const address = parseIpv4(host);
  return address === null ? { host: escapeBytes(host), is_ip: false } : { host: address, is_ip: true };
}

function trimDots(host: string): string {
  if (!host.startsWith('.') && !host.endsWith('.') && !host.includes('..')) return host;
  return host
    .split('.')
    .filter((label) => label !== '')
    .join('.');
}

/** Resolves `.` and `..` and collapses slashes; `path` is unescaped. */
function canonicalPath(path: string): string {
  const text = unescapeFully(path).replaceAll('\\', '/');
  if (!text.includes('//') && !text.includes('/.')) return text.startsWith('/') ? text : `/${text}`;
  const segments = text.split('/');
  const last = segments[segments.length - 1];
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === '..') resolved.pop();
    else if (segment !== '' && segment !== '.') resolved.push(segment);
  }
  const folder = resolved.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${resolved.join('/')}${folder ? '/' : ''}`;
}

/** `undefined`: not a port. The scheme's own port is null. */
function canonicalPort(port: string | null, scheme: 'http' | 'https'): number | null | undefined {
  if (port === null || port === '') return null;
  if (!/^\d{1,5}$/.test(port)) return undefined;
  const value = Number(port);
  if (value > 65535) return undefined;
  return value === (scheme === 'https' ? 443 : 80) ? null : value;
}

/** Four parts, or one in hexadecimal: `3.14` and `20251122` are numbers, not addresses someone means. */
const INTENDED_ADDRESS = /^(?:[^.]+\.){3}[^.]+$|0x/i;

/** Whether an input without a scheme is meant as an address at all. */
function isIntendedAsUrl(parts: UrlParts, host: string, is_ip: boolean, owner: HostOwner): boolean {
  // A bare `name@host` is an e-mail address.
  if (parts.userinfo !== null && !parts.userinfo.includes(':') && parts.path === '' && parts.query === null) {
    return false;
  }
  if (is_ip) return host.startsWith('[') || INTENDED_ADDRESS.test(parts.host);
  if (parts.host.includes(' ')) return false;
  return host === 'localhost' || (owner.registrable_domain !== null && owner.public_suffix !== null);
}

/** Whether browsers take a host for a name. A suffix keeps names that end in a number from being read as addresses. */
function isHostName(host: string): boolean {
  return URL.canParse(`http://${host}.example`);
}

/** Truncates an escaped path and query, without splitting an escape. */
function cutTarget(escaped: string, maxLength: number): string {
  return escaped.slice(0, Math.max(1, maxLength)).replace(/%[0-9a-f]?$/i, '');
}

const NO_OWNER: HostOwner = { registrable_domain: null, public_suffix: null, shared_suffix: null };

/**
 * The canonical form of one URL as typed or read from a code; takes some tens of microseconds and linear time.
 * Null when it is not a URL that can be scanned: empty, over 100,000 characters, no host, a host that is no name (bytes
 * that no browser accepts, without a known public suffix), a port that is none, a scheme other than http and https, or
 * no scheme and a host without a known public suffix (unless it is an IP address or localhost). Of one over 2,048 characters the host and what fits is read. Never throws.
 */
export function canonicalize(input: string): CanonicalUrl | null {
  const trimmed = trimEdges(input);
  if (trimmed === '' || trimmed.length > MAX_INPUT_LENGTH) return null;
  const too_long = trimmed.length > MAX_URL_LENGTH;
  const parts = splitParts(toBytes(foldFullWidth(trimmed.replace(/[\t\r\n]/g, ''))));
  if (parts === null || (too_long && parts.host.length > LONG_URL_LIMITS.host)) return null;
  const canonicalName = canonicalHost(parts.host);
  const port = canonicalPort(parts.port, parts.scheme);
  if (canonicalName === null || port === undefined) return null;
  const { host, is_ip } = canonicalName;
  const owner = is_ip || host === 'localhost' ? NO_OWNER : findHostOwner(host);
  const { registrable_domain, public_suffix, shared_suffix } = owner;
  // `http:///blah` is a typing mistake; `https:///naver.com` is an address that browsers open.
  if ((!parts.has_scheme || parts.slashes > 2) && !isIntendedAsUrl(parts, host, is_ip, owner)) return null;
  if (!is_ip && public_suffix === null && !isHostName(host)) return null;

  if (too_long) cutParts(parts);
  const userinfo = parts.userinfo === null ? null : escapeBytes(unescapeFully(parts.userinfo), '/?\\@');
  // An escaped `?` becomes a plain one, so the query starts where the canonical form has it.
  const target = canonicalPath(parts.path) + (parts.query === null ? '' : `?${unescapeFully(parts.query)}`);
  const site = `${userinfo ? `${userinfo}@` : ''}${host}${port === null ? '' : `:${port}`}`;
  const before = `${parts.scheme}://${site}`;
  const escaped = too_long
    ? cutTarget(escapeBytes(target), MAX_URL_LENGTH - before.length)
    : escapeBytes(target);
  const queryMark = escaped.indexOf('?');
  const href = before + escaped;
  return {
    input: trimmed,
    ...(too_long ? { full_length: trimmed.length } : {}),
    href,
    hash: hash('sha256', href, 'hex'),
    scheme: parts.scheme,
    has_scheme: parts.has_scheme,
    userinfo: userinfo || null,
    host,
    port,
    path: queryMark === -1 ? escaped : escaped.slice(0, queryMark),
    query: queryMark === -1 ? null : escaped.slice(queryMark + 1),
    is_ip,
    registrable_domain,
    public_suffix,
    shared_suffix,
  };
}

function cutParts(parts: UrlParts): void {
  parts.userinfo = parts.userinfo?.slice(0, LONG_URL_LIMITS.userinfo) ?? null;
  parts.path = parts.path.slice(0, LONG_URL_LIMITS.target);
  parts.query = parts.query?.slice(0, LONG_URL_LIMITS.target) ?? null;
}
