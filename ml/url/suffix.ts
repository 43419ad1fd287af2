/** Finds the owner of a host by the Public Suffix List (tldts, offline) and a list of shared hosting that it lacks. */

import { parse } from 'tldts';

export interface HostOwner {
  /** eTLD+1 by the ICANN section of the list; null when the suffix is unknown, or the host is a suffix */
  registrable_domain: string | null;
  /** by the ICANN section, null when the list does not know it */
  public_suffix: string | null;
  /** the private suffix, or shared hosting, that the name is below, e.g. `github.io` */
  shared_suffix: string | null;
}

/**
 * Shared hosting that the list's private section lacks. Anyone can get a subdomain there, so the registrable domain
 * does not say who made a page.
 */
const UNLISTED_SHARED_HOSTS = new Set([
  '000webhostapp.com',
  'aba.ae',
  'bravesites.com',
  'byethost.com',
  'carrd.co',
  'cafe24.com',
  'creatorlink.net',
  'ddns.net',
  'duckdns.org',
  'dothome.co.kr',
  'fc2.com',
  'gitbook.io',
  'glitch.me',
  'godaddysites.com',
  'hatenablog.com',
  'imweb.me',
  'jimdofree.com',
  'jimdosite.com',
  'jimdo.com',
  'livejournal.com',
  'mailchimpsites.com',
  'medium.com',
  'modoo.at',
  'mystrikingly.com',
  'mywebsites360.com',
  'myshopify.com',
  'notion.site',
  'oopy.io',
  'plesk.page',
  'repl.co',
  'square.site',
  'substack.com',
  'site123.me',
  'sites.google.com',
  'squarespace.com',
  'swtest.ru',
  'temporary.site',
  'tistory.com',
  'tumblr.com',
  'typeform.com',
  'ucraft.net',
  'ukit.me',
  'webador.com',
  'webcindario.com',
  'webflow.io',
  'webnode.com',
  'webnode.page',
  'website3.me',
  'webwave.dev',
  'webwavecms.com',
  'weebly.com',
  'weeblysite.com',
  'wixsite.com',
  'wixstudio.com',
  'wixstudio.io',
  'wordpress.com',
  'workers.dev',
  'yolasite.com',
  'zapier.app',
  'zyrosite.com',
  'builderallwppro.com',
  'sharepoint.com',
  'page.link',
  'app.link',
]);

const HOST_ONLY = { extractHostname: false, validateHostname: false, detectIp: false };
const WITH_PRIVATE = { ...HOST_ONLY, allowPrivateDomains: true };
const NO_HOST_OWNER: HostOwner = { registrable_domain: null, public_suffix: null, shared_suffix: null };

function findUnlistedSharedHost(host: string): string | null {
  // The set has registrable domains and names one level below them.
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const parent = host.slice(dot + 1);
    // Blogspot has a domain in each country.
    if (UNLISTED_SHARED_HOSTS.has(parent) || parent.startsWith('blogspot.'))
      return host === `www.${parent}` ? null : parent;
  }
  return null;
}

/**
 * The owner of a lower-case ASCII host name without a port. `user.github.io` has the registrable domain `github.io`
 * and the shared suffix `github.io`: only `shared_suffix` uses the private section.
 */
export function findHostOwner(host: string): HostOwner {
  const withPrivate = parse(host, WITH_PRIVATE);
  const icann = withPrivate.isPrivate ? parse(host, HOST_ONLY) : withPrivate;
  if (!icann.isIcann) {
    return NO_HOST_OWNER;
  }
  const privateSuffix =
    withPrivate.isPrivate && withPrivate.domain !== null ? withPrivate.publicSuffix : null;
  return {
    registrable_domain: icann.domain,
    public_suffix: icann.publicSuffix,
    shared_suffix: privateSuffix ?? findUnlistedSharedHost(host),
  };
}
