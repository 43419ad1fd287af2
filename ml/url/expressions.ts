/**
 * The expressions by which lists of bad URLs name what they mean: a host or a domain above it, and a path or a folder
 * above it. Source: developers.google.com/safe-browsing/reference/URLs.and.Hashing#suffixprefix-expressions.
 */

import { hash } from 'node:crypto';
import type { CanonicalUrl } from './canonical.ts';

export interface UrlExpression {
  /** SHA-256 of the expression, 32 bytes */
  hash: Buffer;
  /** whether it has the URL's own host and path, rather than a domain or a folder above them */
  is_own: boolean;
}

/** Domains above the host that are looked up, besides the host. */
const MAX_DOMAINS = 4;
/** Folders above the path that are looked up, the root included. */
const MAX_FOLDERS = 4;

/** The expressions that match a URL, at most 30, its own first. */
export function listExpressions(url: CanonicalUrl): UrlExpression[] {
  const paths = listPaths(url);
  return listHosts(url).flatMap((host, at) =>
    paths.map((path) => ({
      hash: hashExpression(host + path),
      is_own: at === 0 && path.split('?', 1)[0] === url.path,
    })),
  );
}

/** The one expression that means this URL and all below it: its host, path and query, without scheme and port. */
export function toExpressionHash(url: CanonicalUrl): Buffer {
  return hashExpression(url.host + toTarget(url));
}

function toTarget({ path, query }: CanonicalUrl): string {
  return query === null ? path : `${path}?${query}`;
}

function hashExpression(expression: string): Buffer {
  return hash('sha256', expression, 'buffer');
}

/** The host, and of the last five labels the domains down to the registrable one. */
function listHosts({ host, is_ip, registrable_domain }: CanonicalUrl): string[] {
  if (is_ip || registrable_domain === null) return [host];
  const labels = host.split('.');
  const last = labels.length - registrable_domain.split('.').length;
  const first = Math.max(1, last - MAX_DOMAINS + 1);
  const domains = [];
  for (let at = first; at <= last; at++) domains.push(labels.slice(at).join('.'));
  return [host, ...domains];
}

/** The path with its query, without it, and the folders above it from the root down. */
function listPaths(url: CanonicalUrl): string[] {
  const paths = new Set([toTarget(url), url.path]);
  let end = 0;
  for (let folders = 0; folders < MAX_FOLDERS && end !== -1; folders++) {
    paths.add(url.path.slice(0, end + 1));
    end = url.path.indexOf('/', end + 1);
  }
  return [...paths];
}
