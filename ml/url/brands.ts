/** Known brands: their names, their domains, and the pages on them where anyone may publish. */

import list from './brands.json' with { type: 'json' };
import type { CanonicalUrl } from './canonical.ts';

export interface Brand {
  id: string;
  /** as it is written, e.g. `KakaoBank` */
  name: string;
  /** lower-case tokens of host names that mean this brand */
  names: string[];
  hangul: string[];
  /** its registrable domains, or hosts; all hosts below them belong to it too */
  domains: string[];
  /**
   * where anyone may publish: hosts (`docs.google.com`), all hosts below one (`*.tistory.com`), or paths, in which
   * `*` is one segment (`google.com/url`, `github.com/*\/*\/raw`)
   */
  user_content: string[];
  /** those of `names` that are ordinary words, or too short to mean only this brand */
  ordinary?: string[];
  /** whether it has no domains under further suffixes: a Korean institution, a wallet, an exchange */
  single_market?: boolean;
}

export const BRANDS: readonly Brand[] = list;

const byDomain = new Map<string, Brand>();
for (const brand of BRANDS) for (const domain of brand.domains) byDomain.set(domain, brand);

const publicPaths = new Map<string, string[]>();
for (const brand of BRANDS) {
  for (const entry of brand.user_content) {
    const slash = entry.indexOf('/');
    const host = slash === -1 ? entry : entry.slice(0, slash);
    publicPaths.set(host, [...(publicPaths.get(host) ?? []), slash === -1 ? '' : entry.slice(slash)]);
  }
}

/** The brand that owns a host: the longest matching domain decides. */
export function findBrandOwner(host: string): Brand | null {
  for (let name = host; ; ) {
    const brand = byDomain.get(name);
    if (brand) return brand;
    const dot = name.indexOf('.');
    if (dot === -1) return null;
    name = name.slice(dot + 1);
  }
}

/** The brand that has exactly this name (`paypal.com`) among its domains. */
export function findBrandByDomain(domain: string): Brand | null {
  return byDomain.get(domain) ?? null;
}

/** Whether a path is, or lies below, a pattern whose `*` stands for one segment. */
function startsWithPath(path: string, pattern: string): boolean {
  const segments = path.split('/');
  return pattern.split('/').every((part, i) => (part === '*' ? segments[i] : segments[i] === part));
}

function isPublicPath(host: string, path: string): boolean {
  const prefixes = publicPaths.get(host);
  if (prefixes === undefined) return false;
  return prefixes.some((prefix) => prefix === '' || startsWithPath(path, prefix));
}

/** Whether anyone may publish at this address of a brand: a blog, a form, a shared file, a redirect. */
export function isUserContent(url: CanonicalUrl): boolean {
  const { host, path } = url;
  if (isPublicPath(host, path)) return true;
  if (host.startsWith('www.') && isPublicPath(host.slice(4), path)) return true;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    if (publicPaths.has(`*${host.slice(dot)}`)) return dot !== 3 || !host.startsWith('www');
  }
  return false;
}
