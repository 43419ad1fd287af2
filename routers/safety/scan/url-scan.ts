import type { FeedHit } from '../../../db/index.ts';
import { redactSecrets } from '../../../ml/payload/redact.ts';
import { findLinks } from '../../../ml/text/links.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import type { Verdict } from '../../../ml/url/judge.ts';
import { ApiError } from '../../core/errors.ts';
import type { RedirectFailure } from './follow-redirector.ts';

/** A URL that a caller asks about. */
export interface ScanRequest {
  /** as the caller sent it */
  sent: string;
  url: CanonicalUrl;
}

export interface ScanResult {
  verdict: Verdict;
  /** what the model says of the URL and of the targets that it contains; empty when a list decided */
  risks: number[];
  /** the administrators' list that has the URL, if any */
  list: 'allow' | 'deny' | null;
  cached: boolean;
  /** the feeds of known threats that list it; they decided then */
  feeds?: readonly FeedHit[];
}

export interface UrlScan extends ScanRequest, ScanResult {
  /** where the URL leads, when a redirector was asked */
  target?: UrlScan;
  /** why a redirector that was asked did not say */
  redirect_failure?: RedirectFailure;
}

/** Characters that may separate a URL from other text. An input without them is not searched for links. */
const TEXT_SEPARATOR = /[\s,;|<>()"'`[\]{}]|[^\x21-\x7e]/;

/** A scheme other than `http`, `https` and their defanged spellings such as `hxxp`: `ftp://example.com`. */
const OTHER_SCHEME = /^(?!h(?:tt|xx|tx|xt)ps?:)[a-z][a-z0-9+.-]*:[\\/]{2}/i;

/**
 * The one link of what a caller sent; words around it are left out. Throws INVALID_URL when there is none, and
 * SEVERAL_LINKS when there are more, since a verdict on one says nothing about the others. The result has no secrets.
 */
export function parseUrl(sent: string): ScanRequest {
  const whole = canonicalize(sent);
  if (whole && !TEXT_SEPARATOR.test(sent.trim())) return withoutSecrets({ sent, url: whole });
  const [link, ...others] = findLinks(sent).filter(({ nested }) => !nested);
  if (others.length > 0) throw new ApiError('SEVERAL_LINKS');
  const url = chooseUrl(whole, link && !OTHER_SCHEME.test(link.text) ? link.canonical : null);
  if (!url) throw new ApiError('INVALID_URL');
  return withoutSecrets({ sent, url });
}

/** A link can carry a secret in its query, such as the address of a picture of a code; it is judged without it. */
export function withoutSecrets({ sent, url }: ScanRequest): ScanRequest {
  const safe_input = redactSecrets(url.input);
  const safe_url = safe_input === url.input ? url : (canonicalize(safe_input) ?? url);
  return { sent: redactSecrets(sent), url: safe_url };
}

/**
 * Chooses between the whole input, read as one URL, and the link found in it. Throws SEVERAL_LINKS when browsers could
 * open either.
 */
function chooseUrl(whole: CanonicalUrl | null, link: CanonicalUrl | null): CanonicalUrl | null {
  if (!whole || !link) return whole ?? link;
  if (whole.host !== link.host) {
    const isHost = (whole.registrable_domain !== null || whole.is_ip) && !whole.host.includes('%');
    if (isHost) throw new ApiError('SEVERAL_LINKS');
    return link;
  }
  // `https://toss.im/pay 확인하세요` is a link and a word; of `ht<tab>tp://…` the link alone has lost its scheme.
  return /\s/.test(whole.input) && whole.has_scheme === link.has_scheme ? link : whole;
}
