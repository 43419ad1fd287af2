/**
 * Reads the scheme of a payload as programs do: white space before and inside it is dropped, its case does not matter
 * (WHATWG URL, "basic URL parser"), and full-width letters count as ASCII.
 */

import { trimEdges } from '../url/canonical-input.ts';

export interface SchemeText {
  /** lower case, without the colon */
  scheme: string;
  /** the text after the colon, unchanged */
  rest: string;
  /** the scheme as written */
  original: string;
}

const MAX_SCHEME = 60;
const DROPPED = /[\t\r\n\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;

/** The scheme of a text; null when it does not start with letters and a colon. */
export function findScheme(text: string): SchemeText | null {
  const trimmed = trimEdges(text);
  let scheme = '';
  for (let at = 0; at < trimmed.length && at < 4 * MAX_SCHEME; at++) {
    const char = trimmed.charAt(at);
    if (DROPPED.test(char)) continue;
    const code = trimmed.charCodeAt(at);
    const plain = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
    if (plain === ':') {
      if (scheme === '') return null;
      return { scheme: scheme.toLowerCase(), rest: trimmed.slice(at + 1), original: trimmed.slice(0, at) };
    }
    if (!(scheme === '' ? /[a-z]/i : /[a-z0-9+.-]/i).test(plain) || scheme.length >= MAX_SCHEME) return null;
    scheme += plain;
  }
  return null;
}
