/** Hosts that no list of bad URLs may block as a whole, because one bad page there says nothing about the rest. */

import { isLocalHost } from './address.ts';
import { findBrandOwner } from './brands.ts';
import type { CanonicalUrl } from './canonical.ts';
import list from './most-visited.json' with { type: 'json' };
import { findRedirector } from './redirectors.ts';
import { findHostOwner } from './suffix.ts';

export type HostGuard = 'shared_hosting' | 'redirector' | 'brand' | 'most_visited' | 'not_public';

const POPULAR_HOSTS = new Set(list.hosts.split(' '));
const FRONT = /^(?:www\d?|m|mobile)\./;
/** RFC 2606 and 6761, and `.internal`: names that no public site has. */
const RESERVED_SUFFIX = /(?:^|\.)(?:internal|test|invalid|example|arpa)$/;

/** Why a host may not be blocked as a whole; null when it may. Some tens of microseconds. */
export function findHostGuard(url: CanonicalUrl): HostGuard | null {
  const { host, is_ip, shared_suffix } = url;
  if (isLocalHost(host) || RESERVED_SUFFIX.test(host)) return 'not_public';
  if (is_ip) return null;
  if (url.registrable_domain === null) return 'not_public';
  const name = host.replace(FRONT, '');
  if (isSharedHosting(name)) return 'shared_hosting';
  // Below a shared suffix each host is somebody else's.
  if (shared_suffix !== null) return null;
  if (isRedirector(url)) return 'redirector';
  if (findBrandOwner(host)) return 'brand';
  return POPULAR_HOSTS.has(name) ? 'most_visited' : null;
}

/** Whether hosts below this one belong to others. */
function isSharedHosting(host: string): boolean {
  return findHostOwner(`a.${host}`).shared_suffix === host;
}

/** Whether the links of this host redirect; its front page may not. */
function isRedirector(url: CanonicalUrl): boolean {
  return findRedirector({ ...url, path: '/Ab12Cd', query: null }) !== null;
}
