/** Cleans a URL as it is typed, or read from a code, before it is parsed. */

/**
 * Control characters, white space and invisible characters. Browsers drop the first two at both ends; codes may end
 * in NUL.
 */
const EDGE = /[\p{Cc}\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Trims what browsers and code readers drop at both ends. */
export function trimEdges(input: string): string {
  let start = 0;
  let end = input.length;
  while (start < end && EDGE.test(input.charAt(start))) start++;
  while (end > start && EDGE.test(input.charAt(end - 1))) end--;
  return input.slice(start, end);
}

/** The scheme, its slashes and the authority. The full-width `／` and `：` count as their ASCII forms. */
const BEFORE_PATH = /^(?:[^/?#\\:：]*[:：][/\\／＼]*)?[^/?#\\]*/;
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** Converts full-width letters to ASCII (`ｈｔｔｐ：／／ｅｖｉｌ．ｔｋ`). The path keeps its letters. */
export function foldFullWidth(text: string): string {
  if (text.search(FULL_WIDTH) === -1) return text;
  return text.replace(BEFORE_PATH, (head) =>
    head.replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)),
  );
}
