/** A URL as it is typed or read from a code, before it is taken apart. */

/** Control characters, white space and what nobody sees; browsers drop the first two at both ends, codes end in NUL. */
const EDGE = /[\p{Cc}\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** The input without what browsers and readers of codes drop at both ends. */
export function trimEdges(input: string): string {
  let start = 0;
  let end = input.length;
  while (start < end && EDGE.test(input.charAt(start))) start++;
  while (end > start && EDGE.test(input.charAt(end - 1))) end--;
  return input.slice(start, end);
}

/** The scheme, its slashes and the authority; `／`, `：` and the like end what their ASCII forms end. */
const BEFORE_PATH = /^(?:[^/?#\\:：]*[:：][/\\／＼]*)?[^/?#\\]*/;
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** `ｈｔｔｐ：／／ｅｖｉｌ．ｔｋ` as ASCII; the path keeps its letters. */
export function foldFullWidth(text: string): string {
  if (text.search(FULL_WIDTH) === -1) return text;
  return text.replace(BEFORE_PATH, (head) =>
    head.replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)),
  );
}
