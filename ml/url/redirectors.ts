/**
 * Finds URLs that redirect: who operates the redirector, who chooses its destinations, and the targets in the URL
 * itself.
 */

import type { CanonicalUrl } from './canonical.ts';
import list from './redirectors.json' with { type: 'json' };
import { hasEncodedTarget, readTargets, type TargetPlace } from './redirectors-targets.ts';

/**
 * Who chooses the destination: `open` anyone; `operator` only the operator; `user_content` anyone, among what users
 * of one service have published.
 */
export type RedirectorScope = 'open' | 'operator' | 'user_content';

export interface Redirector {
  /** of the link, without `www.` */
  host: string;
  /** null when unknown */
  operator: string | null;
  scope: RedirectorScope;
  /** the destinations that can be read from the URL, without duplicates */
  targets: CanonicalUrl[];
  /** true for a redirecting page of a site, false for a host that does nothing but redirect */
  is_page: boolean;
}

interface Entry {
  path: string;
  operator: string | null;
  scope: RedirectorScope;
  place: TargetPlace;
  /** for pages: whether the target may be encoded, so that a URL without a readable target redirects too */
  may_be_encoded: boolean;
  is_page: boolean;
}

/** Redirectors inside one another that are followed. Longer chains only serve to hide the destination. */
const MAX_HOPS = 8;
const ANY_PARAMETER: TargetPlace = { kind: 'query', names: null };

const byHost = new Map<string, Entry[]>();
const PARENT_DOMAINS = new Set(list.below.split(' '));

function addEntry(host: string, entry: Entry): void {
  byHost.set(host, [...(byHost.get(host) ?? []), entry]);
}

for (const scope of ['open', 'operator', 'user_content'] as const) {
  for (const [operator, hosts] of Object.entries(list[scope])) {
    for (const entry of hosts.split(' ')) {
      const slash = entry.indexOf('/');
      const host = slash === -1 ? entry : entry.slice(0, slash);
      const path = slash === -1 ? '/' : entry.slice(slash);
      addEntry(host, {
        path,
        operator: operator || null,
        scope,
        place: ANY_PARAMETER,
        may_be_encoded: true,
        is_page: false,
      });
    }
  }
}

const pages = [
  ...list.targets,
  ...list.google.split(' ').map((suffix) => [`google.${suffix}`, '/url', 'q url', 'Google']),
];
for (const [host = '', path = '/', placeText = '', operator = '', may_be_encoded] of pages) {
  const place: TargetPlace =
    placeText === 'path' || placeText === 'host' || placeText === 'query'
      ? { kind: placeText === 'query' ? 'whole_query' : placeText }
      : { kind: 'query', names: placeText.split(' ') };
  const entry: Entry = {
    path,
    operator,
    scope: 'open',
    place,
    may_be_encoded: may_be_encoded === 'coded',
    is_page: true,
  };
  if (host.startsWith('*.')) PARENT_DOMAINS.add(host.slice(2));
  addEntry(host.replace('*.', ''), entry);
}

/** The entries of a host, or of the domain it is below (`*.page.link`). */
function listEntries(host: string): readonly Entry[] {
  const own = byHost.get(host);
  if (own !== undefined) return own;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const parent = host.slice(dot + 1);
    if (PARENT_DOMAINS.has(parent)) return byHost.get(parent) ?? [];
  }
  return [];
}

/**
 * The redirector of a URL, by the list in `redirectors.json` (which states its licence); null when it is none, such
 * as the front page of a shortener. Takes some microseconds.
 */
export function findRedirector(url: CanonicalUrl): Redirector | null {
  const host = url.host.startsWith('www.') ? url.host.slice(4) : url.host;
  const entries = listEntries(host)
    .filter(({ path }) => url.path.startsWith(path))
    .sort((a, b) => b.path.length - a.path.length || Number(b.is_page) - Number(a.is_page));
  for (const entry of entries) {
    const { operator, scope, is_page, path } = entry;
    const isFrontPage = !is_page && url.path === path && url.query === null;
    const targets = isFrontPage ? [] : readTargets(url, path, entry.place);
    const isEncoded = entry.may_be_encoded || hasEncodedTarget(url, entry.place);
    const isRedirect = is_page ? targets.length > 0 || isEncoded : !isFrontPage;
    if (isRedirect) return { host, operator, scope, targets, is_page };
  }
  return null;
}

/** Whether a URL redirects anywhere, and only the redirector knows where. */
export function hidesTarget(url: CanonicalUrl): boolean {
  const redirector = findRedirector(url);
  return redirector !== null && redirector.scope === 'open' && redirector.targets.length === 0;
}

/** All targets in a URL and in its targets, nearest first, without duplicates and without the URL itself; at most 8. */
export function listTargets(url: CanonicalUrl): CanonicalUrl[] {
  const seen = new Map<string, CanonicalUrl>([[url.hash, url]]);
  for (const hop of seen.values()) {
    for (const target of findRedirector(hop)?.targets ?? []) {
      if (seen.size <= MAX_HOPS && !seen.has(target.hash)) seen.set(target.hash, target);
    }
  }
  return [...seen.values()].slice(1);
}
