/** Asks redirectors where a link leads. The target itself gets no request. */

import { request } from 'node:http';
import { isIPv4 } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { REDIRECT_FAILURES } from '../../../db/index.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import { hidesTarget } from '../../../ml/url/redirectors.ts';
import type { Network } from '../../core/network.ts';
import { isPublicAddress } from './public-address.ts';

export type RedirectFailure = (typeof REDIRECT_FAILURES)[number];

/** Where a redirector leads, or why that is not known. */
export type Resolution = { target: CanonicalUrl } | { failure: RedirectFailure };

const MAX_HOPS = 5;
const MAX_LOCATION_LENGTH = 8192;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

class RedirectError extends Error {
  readonly failure: RedirectFailure;

  constructor(failure: RedirectFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** Whether the URL is one of the listed redirectors, on its standard port, and says nothing about its target. */
export function isAskable(url: CanonicalUrl): boolean {
  return hidesTarget(url) && url.port === null && url.userinfo === null && toRequestUrl(url) !== null;
}

/** Follows a redirector through further redirectors to the first address that is none, within `timeout_ms`. */
export async function followRedirector(
  network: Network,
  url: CanonicalUrl,
  timeout_ms: number,
): Promise<Resolution> {
  const signal = AbortSignal.timeout(timeout_ms);
  const seen = new Set<string>();
  let hop = url;
  try {
    while (isAskable(hop)) {
      if (seen.size === MAX_HOPS || seen.has(hop.hash)) throw new RedirectError('too_many_hops');
      seen.add(hop.hash);
      hop = await askRedirector(network, hop, signal);
    }
    return { target: hop };
  } catch (error) {
    if (error instanceof RedirectError) return { failure: error.failure };
    return { failure: signal.aborted ? 'timeout' : 'unreachable' };
  }
}

/** The address to ask: as it was written, since the canonical form has other escapes. */
function toRequestUrl({ input, href, has_scheme, host }: CanonicalUrl): URL | null {
  const written = has_scheme ? input : `http://${input}`;
  const url = URL.canParse(written) ? new URL(written) : new URL(href);
  return url.hostname === host && /^https?:$/.test(url.protocol) ? url : null;
}

async function askRedirector(
  network: Network,
  hop: CanonicalUrl,
  signal: AbortSignal,
): Promise<CanonicalUrl> {
  const url = toRequestUrl(hop);
  if (!url) throw new RedirectError('bad_target');
  const address = await lookupPublicAddress(network, url.hostname, signal);
  // Some redirectors answer HEAD with an error, and only GET with the redirect.
  const location =
    (await requestLocation(network, { url, address, method: 'HEAD' }, signal).catch(() => null)) ??
    (await requestLocation(network, { url, address, method: 'GET' }, signal));
  if (location === null) throw new RedirectError('no_redirect');
  return readLocation(location, url);
}

/** The address to connect to. Looked up once, so that a second answer cannot lead elsewhere. */
async function lookupPublicAddress(network: Network, host: string, signal: AbortSignal): Promise<string> {
  const addresses = await rejectOnAbort(network.lookup(host), signal);
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw new RedirectError('address_refused');
  return addresses.find((address) => isIPv4(address)) ?? (addresses[0] as string);
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

interface RedirectorRequest {
  url: URL;
  address: string;
  method: 'HEAD' | 'GET';
}

/** The `Location` of the answer; null when it is no redirect. The body is not read, and no cookie is sent. */
function requestLocation(
  network: Network,
  { url, address, method }: RedirectorRequest,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method,
      host: url.hostname,
      path: url.pathname + url.search,
      headers: { host: url.hostname, accept: '*/*', 'user-agent': 'flashscan', connection: 'close' },
      createConnection: () =>
        url.protocol === 'https:'
          ? connectTls({ socket: network.connect(address, 443), servername: url.hostname })
          : network.connect(address, 80),
      signal,
    });
    outgoing.on('response', (incoming) => {
      const isRedirect = REDIRECTS.has(incoming.statusCode ?? 0);
      resolve(isRedirect ? (incoming.headers.location ?? null) : null);
      incoming.on('error', () => {}).destroy();
    });
    outgoing.on('error', reject);
    outgoing.on('close', () => reject(new Error('the redirector closed the connection')));
    outgoing.end();
  });
}

/** The address in a `Location`, which may be relative. Throws RedirectError when browsers would not open it. */
function readLocation(location: string, base: URL): CanonicalUrl {
  // Node.js reads headers as Latin-1; the address may be in UTF-8.
  const text = Buffer.from(location.slice(0, MAX_LOCATION_LENGTH), 'latin1').toString();
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  const target = url && /^https?:$/.test(url.protocol) ? canonicalize(url.href) : null;
  if (!target) throw new RedirectError('bad_target');
  return target;
}
