/** Parses the content of a code, or a note that a person pastes: its kind, fields, links and reasons. */

import { findLinks } from '../text/links.ts';
import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { trimEdges } from '../url/canonical-input.ts';
import { readTargetValue } from '../url/redirectors-targets.ts';
import { parseAppLink } from './app-link.ts';
import { parseAppStore } from './app-store.ts';
import { parseContact } from './contact.ts';
import { parseBareLnurl, parseBareWallet, parseCrypto } from './crypto.ts';
import { parseBareEmail, parseEmail } from './email.ts';
import { parseEmvco } from './emvco.ts';
import { parseEvent } from './event.ts';
import { parseFile, parseShare } from './file.ts';
import { parseGeo } from './geo.ts';
import { parseOtp } from './otp.ts';
import type {
  LinkSource,
  Payload,
  PayloadContent,
  PayloadLink,
  PayloadOptions,
  PayloadReason,
} from './payload.ts';
import { parsePaymentLink, parseSepa, parseSwissBill } from './payment.ts';
import { redactFields, redactSecrets } from './redact.ts';
import { findScheme, type SchemeText } from './scheme.ts';
import { parseScript } from './script.ts';
import { parseSms } from './sms.ts';
import { parseTel } from './tel.ts';
import { findWrappedUrl, parseAddress } from './url.ts';
import { parseWifi } from './wifi.ts';

/** Maximum characters of a payload; a QR code holds at most 4,296. */
export const MAX_PAYLOAD_LENGTH = 8192;

/** The first parser that accepts a payload decides its kind. */
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
const BY_CONTENT = [
  parseEmvco,
  parseSepa,
  parseSwissBill,
  parseBareLnurl,
  parseBareWallet,
  parseBareEmail,
  parseShare,
  parseAddress,
];
/** In these kinds a name without a scheme is no link. */
const STRUCTURED = new Set<PayloadContent['kind']>([
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
 * Parses a payload of 1–8,192 characters in linear time; longer ones are truncated. `region` (an ISO 3166 country) is
 * where numbers are dialled from. Unknown formats are `text`, or `other` with their scheme. The result has no
 * secrets: no network password, no key of a second factor. Never throws.
 */
export function parsePayload(text: string, options: PayloadOptions = { region: 'KR' }): Payload {
  const trimmed = trimEdges(text.slice(0, MAX_PAYLOAD_LENGTH));
  const content = parseKind(trimmed, options);
  const safe_text = redactSecrets(content.safe_text ?? trimmed);
  const isLoose = !STRUCTURED.has(content.kind);
  const sources: LinkSource[] = [
    ...content.sources,
    { field: 'text', text: safe_text, as: isLoose ? 'prose' : 'scheme' },
  ];
  return {
    kind: content.kind,
    fields: redactFields(content.fields),
    links: listLinks(sources, /^https?$/.test(findScheme(safe_text)?.scheme ?? '') ? safe_text : null),
    reasons: toUniqueReasons([...content.reasons, ...content.sources.flatMap(findHiddenReasons)]),
    text: safe_text,
  };
}

function parseKind(text: string, options: PayloadOptions): PayloadContent {
  const scheme = findScheme(text);
  const wrapper = scheme && findWrappedUrl(scheme, text);
  const next = wrapper ? findScheme(wrapper.url) : null;
  if (wrapper && (next === null || findWrappedUrl(next, wrapper.url) === null)) {
    const inner = parseKind(wrapper.url, options);
    if (inner.kind !== 'text') return { ...inner, sources: [...inner.sources, ...wrapper.others] };
  }
  for (const parse of scheme ? BY_SCHEME : []) {
    const content = parse(scheme!, text, options);
    if (content !== null) return content;
  }
  const isUnknown = scheme !== null && isUnknownScheme(scheme);
  if (isUnknown && scheme.rest.startsWith('//')) return toOther(scheme);
  for (const parse of BY_CONTENT) {
    const content = parse(text);
    if (content !== null) return content;
  }
  return scheme && isUnknownScheme(scheme)
    ? toOther(scheme)
    : { kind: 'text', fields: {}, reasons: [], sources: [] };
}

/** Schemes of codes that no browser opens: network setup, health cards and passkeys of another device. */
const CODE_SCHEMES = new Set(['dpp', 'shc', 'hcert', 'fido']);

/** Whether an unknown scheme is one: `rtsp://host` and `foo:bar` are, `Note: buy milk` and `SN:123` are not. */
function isUnknownScheme({ scheme, rest, original }: SchemeText): boolean {
  if (/^h(?:tt|xx|tx|xt)ps?$/.test(scheme)) return false;
  return (
    rest.startsWith('//') ||
    (CODE_SCHEMES.has(scheme) && /^\S/.test(rest)) ||
    (original === scheme && /^[^\s]+$/.test(rest) && /^[a-z]/.test(rest.replace(/^[?/]+/, '')))
  );
}

function toOther({ scheme }: SchemeText): PayloadContent {
  const reason: PayloadReason = { code: 'unknown_scheme', part: scheme, level: 'caution' };
  return { kind: 'other', fields: { scheme }, reasons: [reason], sources: [] };
}

/** A script or an installation in a field for an address: `URL:javascript:…` in a contact. */
function findHiddenReasons({ text, as }: LinkSource): PayloadReason[] {
  const scheme = as === 'address' ? findScheme(text) : null;
  const content =
    scheme && (parseScript(scheme) ?? (scheme.scheme === 'itms-services' ? parseAppLink(scheme) : null));
  return content ? content.reasons : [];
}

function toUniqueReasons(reasons: readonly PayloadReason[]): PayloadReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.part}`, reason])).values()];
}

/** Whether a link ends where a line of a card is folded, and the whole of it was read already. */
function isCutByFold(
  text: string,
  link: { text: string; end: number },
  links: ReadonlyMap<string, PayloadLink>,
): boolean {
  if (!/^\r?\n[ \t]/.test(text.slice(link.end, link.end + 3))) return false;
  return [...links.values()].some(
    (known) =>
      known.text !== link.text && known.text.startsWith(link.text) && known.canonical.public_suffix !== null,
  );
}

/** The links of all sources, each address once. `whole` is a text that browsers would open as one address, or null. */
function listLinks(sources: readonly LinkSource[], whole: string | null): PayloadLink[] {
  const links = new Map<string, PayloadLink>();
  const hosts = new Set<string>();
  const add = (field: string, text: string, canonical: CanonicalUrl | null): void => {
    if (canonical === null || links.has(canonical.hash)) return;
    links.set(canonical.hash, { field, text, canonical });
    hosts.add(canonical.host);
  };
  for (const { field, text, as } of sources) {
    if (text === '') continue;
    const matches = findLinks(text).filter(({ canonical }) => as !== 'scheme' || canonical.has_scheme);
    if (as === 'address' && matches.length === 0 && !/\s/.test(text)) add(field, text, canonicalize(text));
    for (const link of matches) {
      if (!isCutByFold(text, link, links)) add(field, link.text, link.canonical);
    }
    if (as !== 'prose' && matches.length === 0)
      add(field, text, readTargetValue(text.trim().split(/\s/, 1)[0]!, false));
  }
  // Browsers drop line breaks and keep spaces, so they may open another host than a reader sees.
  const browser_url = whole === null || links.size !== 1 ? null : canonicalize(whole);
  const isHost =
    browser_url !== null && browser_url.registrable_domain !== null && !browser_url.host.includes('%');
  if (isHost && !hosts.has(browser_url.host)) add('url', browser_url.input, browser_url);
  return [...links.values()];
}
