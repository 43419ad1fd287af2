/** Addresses that only lead on: whose they are, who decides where to, and the targets that stand in the link itself. */

import type { CanonicalUrl } from './canonical.ts';
import list from './redirectors.json' with { type: 'json' };
import { hasCodedTarget, readTargets, type TargetPlace } from './redirectors-targets.ts';

/**
 * Who decides where a redirector leads: `open` anyone, `operator` only the one who runs it, `user_content` to what
 * users of one service made.
 */
export type RedirectorScope = 'open' | 'operator' | 'user_content';

export interface Redirector {
  /** of the link, without `www.` */
  host: string;
  /** null when nobody is known for it */
  operator: string | null;
  scope: RedirectorScope;
  /** where the link says it leads, as far as it can be read; no address twice */
  targets: CanonicalUrl[];
  /** true when a page of a site leads on, not a host that does nothing else */
  is_page: boolean;
}

interface Entry {
  path: string;
  operator: string | null;
  scope: RedirectorScope;
  place: TargetPlace;
  /** of pages: whether the target may be in code, so that a link without a readable one leads on all the same */
  coded: boolean;
  is_page: boolean;
}

/** Links of one redirector in another that are followed; longer chains only serve to hide. */
const MAX_HOPS = 8;
const ANY_PARAMETER: TargetPlace = { kind: 'query', names: null };

const byHost = new Map<string, Entry[]>();
const below = new Set(list.below.split(' '));

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
        coded: true,
        is_page: false,
      });
    }
  }
}

const pages = [
  ...list.targets,
  ...list.google.split(' ').map((suffix) => [`google.${suffix}`, '/url', 'q url', 'Google']),
];
for (const [host = '', path = '/', where = '', operator = '', coded] of pages) {
  const place: TargetPlace =
    where === 'path' || where === 'host' || where === 'query'
      ? { kind: where === 'query' ? 'whole_query' : where }
      : { kind: 'query', names: where.split(' ') };
  const entry: Entry = { path, operator, scope: 'open', place, coded: coded === 'coded', is_page: true };
  if (host.startsWith('*.')) below.add(host.slice(2));
  addEntry(host.replace('*.', ''), entry);
}

/** The entries of a host: its own, or those of a name it lies below (`*.page.link`). */
function listEntries(host: string): readonly Entry[] {
  const own = byHost.get(host);
  if (own !== undefined) return own;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const parent = host.slice(dot + 1);
    if (below.has(parent)) return byHost.get(parent) ?? [];
  }
  return [];
}

/**
 * What is known of a URL as a redirector, by the list in `redirectors.json` (its licence is stated there); null when
 * it is none, as for the front page of a shortener. Some microseconds.
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
    const isCoded = entry.coded || hasCodedTarget(url, entry.place);
    const leadsOn = is_page ? targets.length > 0 || isCoded : !isFrontPage;
    if (leadsOn) return { host, operator, scope, targets, is_page };
  }
  return null;
}

/** All that a link leads to by what stands in it, each once, nearest first: at most 8, without the link itself. */
export function listTargets(url: CanonicalUrl): CanonicalUrl[] {
  const seen = new Map<string, CanonicalUrl>([[url.hash, url]]);
  for (const hop of seen.values()) {
    for (const target of findRedirector(hop)?.targets ?? []) {
      if (seen.size <= MAX_HOPS && !seen.has(target.hash)) seen.set(target.hash, target);
    }
  }
  return [...seen.values()].slice(1);
}
