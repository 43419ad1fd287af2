/** The links of a text. */

import { type CanonicalUrl, canonicalize } from '../url/canonical.ts';
import { listBareSpans } from './links-bare.ts';
import { type LinkSpan, listSchemeSpans } from './links-scheme.ts';
import { toLinkView } from './links-view.ts';

export interface TextLink {
  /** the link as written, from `start` to `end` (UTF-16 units) */
  text: string;
  start: number;
  end: number;
  /** the input for `canonicalize`: refanged, without invisible characters */
  url: string;
  canonical: CanonicalUrl;
  /** whether it is a second reading or a part of the link before it, such as the target in its query */
  nested: boolean;
}

/** `http:` with what follows it up to the host, also percent-encoded any number of times. */
const SCHEMES = /https?(?::|%(?:25){0,8}3a)(?:[\\/]|%(?:25){0,8}(?:2f|5c))*/gi;
const RUNS = /[\p{L}\p{M}\p{N}_.-]+/gu;

/** Maximum characters of a text; the rest is not searched. */
export const MAX_LINK_TEXT = 100_000;

/**
 * The links of a text, in order: with or without scheme (then an IPv4 address or a name under a public suffix),
 * defanged, escaped, full-width, next to particles and brackets, with invisible characters. E-mail addresses, file
 * names, numbers and versions are not links. Links inside links and second readings are `nested`. Takes linear time;
 * only the first 100,000 characters are searched. Never throws.
 */
export function findLinks(text: string): TextLink[] {
  const view = toLinkView(text.slice(0, MAX_LINK_TEXT));
  const links: TextLink[] = [];
  for (const { from, to, url, nested } of listSpans(view.text)) {
    const canonical = canonicalize(url);
    // `https://${host}` in code has no host yet.
    if (canonical === null || !/\w/.test(canonical.host)) continue;
    const start = view.starts[from]!;
    const end = view.ends[to - 1]!;
    links.push({ text: text.slice(start, end), start, end, url, canonical, nested });
  }
  return links;
}

/** The spans in which links may start, in the order of the text. */
function* listSpans(text: string): Iterable<LinkSpan & { nested: boolean }> {
  const schemes = [...text.matchAll(SCHEMES)];
  let scheme = 0;
  let link_end = 0;
  for (const run of text.matchAll(RUNS)) {
    const runEnd = run.index + run[0].length;
    const from = run.index < link_end && runEnd > link_end ? link_end : run.index;
    const to = Math.min(runEnd, Math.max(from, schemes[scheme]?.index ?? runEnd));
    const inside = from < link_end;
    // Inside a link a name without a scheme counts only in a list (`?sites=a.com,b.com`), in brackets or on a line
    // of its own.
    const counts = !inside || /[,;([\t\r\n]/.test(text.charAt(from - 1));
    const limit = inside && counts ? findItemEnd(text, to, link_end) : text.length;
    for (const span of counts ? listBareSpans(text, from, to, limit) : []) {
      yield { ...span, nested: inside || span.second === true };
      if (!inside && !span.second) link_end = span.to;
    }
    for (; scheme < schemes.length && schemes[scheme]!.index < runEnd; scheme++) {
      const at = schemes[scheme]!.index;
      const inside = at < link_end;
      // A target inside a link ends where the next one starts, so that the total time is linear.
      const limit = inside ? Math.min(link_end, schemes[scheme + 1]?.index ?? link_end) : text.length;
      for (const span of listSchemeSpans(text, at, at + schemes[scheme]![0].length, limit, inside)) {
        yield { ...span, nested: inside || span.second === true };
        if (!inside && !span.second) link_end = span.to;
      }
    }
  }
}

/** The end of a list item inside a link. */
function findItemEnd(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && !/[,;)\]\t\r\n]/.test(text.charAt(at))) at++;
  return at;
}
