/** What a code, or a note that someone pastes, holds: its kind, its fields, its links and its own reasons. */

import { findLinks } from '../text/links.ts';
import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { trimEdges } from '../url/canonical-input.ts';
import { readTargetValue } from '../url/redirectors-targets.ts';
import { parseAppLink } from './app-link.ts';
import { parseAppStore } from './app-store.ts';
import { parseContact } from './contact.ts';
import { parseBareLnurl, parseCrypto } from './crypto.ts';
import { parseBareEmail, parseEmail } from './email.ts';
import { parseEmvco } from './emvco.ts';
import { parseEvent } from './event.ts';
import { parseFile, parseShare } from './file.ts';
import { parseGeo } from './geo.ts';
import { parseOtp } from './otp.ts';
import type {
  ParsedPayload,
  Payload,
  PayloadLink,
  PayloadOptions,
  PayloadReason,
  SearchedText,
} from './payload.ts';
import { parsePaymentLink, parseSepa } from './payment.ts';
import { redactFields, redactSecrets } from './redact.ts';
import { findScheme, type SchemeText } from './scheme.ts';
import { parseScript } from './script.ts';
import { parseSms } from './sms.ts';
import { parseTel } from './tel.ts';
import { findWrappedUrl, parseUrl } from './url.ts';
import { parseWifi } from './wifi.ts';

/** Characters of a payload; a QR code holds at most 4,296 letters. */
export const MAX_PAYLOAD_LENGTH = 8192;

/** The first that takes a payload decides its kind. */
const BY_SCHEME = [
  parseWifi,
  parseTel,
  parseSms,
  parseEmail,
  parseContact,
  parseEvent,
  parseGeo,
  parseOtp,
  parsePaymentLink,
  parseCrypto,
  parseScript,
  parseFile,
  parseAppStore,
  parseAppLink,
];
const BY_CONTENT = [parseEmvco, parseSepa, parseBareLnurl, parseBareEmail, parseShare, parseUrl];
/** In these a name without a scheme is not meant as a link, wherever else it stands. */
const STRUCTURED = new Set<ParsedPayload['kind']>([
  'wifi',
  'otp',
  'geo',
  'app_link',
  'app_store',
  'payment',
  'crypto',
  'script',
  'file',
  'contact',
  'event',
  'tel',
]);

/**
 * Reads a payload of 1–8,192 characters, in linear time; longer ones are cut there. `region` (an ISO 3166 country) is
 * where numbers are dialled. Unknown formats are `text`, or `other` with their scheme. Nothing secret is in the
 * result: no password of a network, no key of a second factor. Never throws.
 */
export function parsePayload(text: string, options: PayloadOptions = { region: 'KR' }): Payload {
  const trimmed = trimEdges(text.slice(0, MAX_PAYLOAD_LENGTH));
  const parsed = parseKind(trimmed, options);
  const shown = redactSecrets(parsed.redacted ?? trimmed);
  const isLoose = !STRUCTURED.has(parsed.kind);
  const searched: SearchedText[] = [
    ...parsed.searched,
    { field: 'text', text: shown, as: isLoose ? 'written' : 'scheme' },
  ];
  return {
    kind: parsed.kind,
    fields: redactFields(parsed.fields),
    links: listLinks(searched, /^https?$/.test(findScheme(shown)?.scheme ?? '') ? shown : null),
    reasons: uniqueReasons([...parsed.reasons, ...parsed.searched.flatMap(hiddenReasons)]),
    text: shown,
  };
}

function parseKind(text: string, options: PayloadOptions): ParsedPayload {
  const scheme = findScheme(text);
  const wrapped = scheme && findWrappedUrl(scheme, text);
  const next = wrapped ? findScheme(wrapped.url) : null;
  if (wrapped && (next === null || findWrappedUrl(next, wrapped.url) === null)) {
    const inner = parseKind(wrapped.url, options);
    if (inner.kind !== 'text') return { ...inner, searched: [...inner.searched, ...wrapped.others] };
  }
  for (const parse of scheme ? BY_SCHEME : []) {
    const parsed = parse(scheme!, text, options);
    if (parsed !== null) return parsed;
  }
  const isUnknown = scheme !== null && isUnknownScheme(scheme);
  if (isUnknown && scheme.rest.startsWith('//')) return toOther(scheme);
  for (const parse of BY_CONTENT) {
    const parsed = parse(text);
    if (parsed !== null) return parsed;
  }
  return scheme && isUnknownScheme(scheme)
    ? toOther(scheme)
    : { kind: 'text', fields: {}, reasons: [], searched: [] };
}

/** `rtsp://host` and `foo:bar` are addresses of something; `Note: buy milk` and `SN:123` are not. */
function isUnknownScheme({ scheme, rest, written }: SchemeText): boolean {
  if (/^h(?:tt|xx|tx|xt)ps?$/.test(scheme)) return false;
  return (
    rest.startsWith('//') ||
    (written === scheme && /^[^\s]+$/.test(rest) && /^[a-z]/.test(rest.replace(/^[?/]+/, '')))
  );
}

function toOther({ scheme }: SchemeText): ParsedPayload {
  const reason: PayloadReason = { code: 'unknown_scheme', part: scheme, level: 'caution' };
  return { kind: 'other', fields: { scheme }, reasons: [reason], searched: [] };
}

/** A script or an installation where an address is expected: `URL:javascript:…` in a contact. */
function hiddenReasons({ text, as }: SearchedText): PayloadReason[] {
  const scheme = as === 'address' ? findScheme(text) : null;
  const parsed =
    scheme && (parseScript(scheme) ?? (scheme.scheme === 'itms-services' ? parseAppLink(scheme) : null));
  return parsed ? parsed.reasons : [];
}

function uniqueReasons(reasons: readonly PayloadReason[]): PayloadReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.part}`, reason])).values()];
}

/** The links of all pieces, each address once; `whole` is a text that browsers would read as one address, or null. */
function listLinks(searched: readonly SearchedText[], whole: string | null): PayloadLink[] {
  const links = new Map<string, PayloadLink>();
  const hosts = new Set<string>();
  const add = (field: string, text: string, canonical: CanonicalUrl | null): void => {
    if (canonical === null || links.has(canonical.hash)) return;
    links.set(canonical.hash, { field, text, canonical });
    hosts.add(canonical.host);
  };
  for (const { field, text, as } of searched) {
    if (text === '') continue;
    const found = findLinks(text).filter(({ canonical }) => as !== 'scheme' || canonical.has_scheme);
    if (as === 'address' && found.length === 0 && !/\s/.test(text)) add(field, text, canonicalize(text));
    for (const link of found) add(field, link.text, link.canonical);
    if (as !== 'written' && found.length === 0)
      add(field, text, readTargetValue(text.trim().split(/\s/, 1)[0]!, false));
  }
  // Browsers drop line breaks and keep spaces: what they open may be another host than a reader sees.
  const opened = whole === null || links.size !== 1 ? null : canonicalize(whole);
  const isHost = opened !== null && opened.registrable_domain !== null && !opened.host.includes('%');
  if (isHost && !hosts.has(opened.host)) add('url', opened.input, opened);
  return [...links.values()];
}
