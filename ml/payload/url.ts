/** Payloads that are one address: bare, after `URL:` or `URLTO:`, or in NTT DoCoMo's bookmarks (`MEBKM:`). */

import { findLinks } from '../text/links.ts';
import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { parseStorePage } from './app-store.ts';
import { findField, readFieldList } from './field-list.ts';
import type { LinkSource, PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

/** The address after `URL:` and the like, and the remaining fields; null for other schemes. */
export function findWrappedUrl(
  { scheme, rest }: SchemeText,
  text: string,
): { url: string; others: LinkSource[] } | null {
  if (scheme === 'url' || scheme === 'urlto') return { url: rest.trim(), others: [] };
  if (scheme !== 'mebkm') return null;
  const { fields, behind } = readFieldList(text, text.indexOf(':') + 1);
  return {
    url: findField(fields, 'URL') ?? '',
    others: [
      { field: 'title', text: findField(fields, 'TITLE') ?? '', as: 'scheme' },
      { field: 'text', text: behind, as: 'prose' },
    ],
  };
}

/** The address, when the text is nothing but one address. */
function findWhole(text: string): CanonicalUrl | null {
  const [link, ...more] = findLinks(text).filter(({ nested }) => !nested);
  if (link === undefined) return /\s/.test(text) ? null : canonicalize(text);
  const otherFields = text.slice(0, link.start) + text.slice(link.end);
  return more.length > 0 || /[\p{L}\p{N}]/u.test(otherFields) ? null : link.canonical;
}

export function parseAddress(text: string): PayloadContent | null {
  const url = findWhole(text);
  if (url === null) return null;
  const page = parseStorePage(url);
  if (page !== null) return page;
  return { kind: 'url', fields: {}, reasons: [], sources: [{ field: 'url', text, as: 'address' }] };
}
