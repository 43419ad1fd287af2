/** Where a link ends in a text. All positions are UTF-16 units of the text that is read. */

/** White space, quotes and brackets, which no link contains. */
const STOP = /[\s<>"`“”‘’«»‹›「」『』《》〈〉【】、^{}|]/;
const CLOSING: Record<string, string> = { ')': '(', ']': '[' };
const TRAILING = /[.,!?;:'*_~·…♡♥★☆※→▶-]/;

/** After these characters `http:` belongs to the same link (`?url=http://…`); after others it starts a new one. */
const SAME_LINK_BEFORE = /[=/\\?&#@:%+-]/;
const SCHEME_AHEAD = /https?:[\\/]/iy;
const HANGUL = /[가-힣]/;
const ESCAPED_BYTE = /%[0-9a-f]{2}$/i;

function isSchemeStart(text: string, at: number): boolean {
  SCHEME_AHEAD.lastIndex = at;
  return SCHEME_AHEAD.test(text);
}

/** Whether an `http:` at `at` starts a new link although the link before it has not ended. */
function startsNewLink(text: string, at: number): boolean {
  return !SAME_LINK_BEFORE.test(text.charAt(at - 1)) && !ESCAPED_BYTE.test(text.slice(at - 3, at));
}

/**
 * The last position that may belong to a link whose body starts at `from`, up to `limit`. `quote` is the character
 * before the link.
 */
export function findReach(text: string, from: number, limit: number, quote: string): number {
  const open: string[] = [];
  let at = from;
  for (; at < limit; at++) {
    const char = text.charAt(at);
    if (STOP.test(char) || (char === "'" && quote === "'")) break;
    // In `naver.com/a,다음은 …` the comma continues the sentence.
    if ((char === ',' || char === ';') && HANGUL.test(text.charAt(at + 1))) break;
    if (char === '(' || char === '[') open.push(char);
    else if (CLOSING[char] !== undefined && open.pop() !== CLOSING[char]) break;
    if ((char === 'h' || char === 'H') && at > from && isSchemeStart(text, at) && startsNewLink(text, at))
      break;
  }
  return at;
}

const KOREAN_TAIL =
  /^(?:이라는|라는|이라고|라고|이라서|이랑|이나|이고|이야|이에요|예요|인데요|인데|인가요|인가|으로|에서|에게|까지|부터|처럼|보다|하고|한테|입니다|이요|은|는|이|가|을|를|에|의|도|로|와|과|랑|만|요|나)[가-힣]{0,6}$|^(?:였|여기|입|라|인|이)/;

/** `end` without closing punctuation, and without Korean particles or verbs after a path. */
export function trimEnd(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && TRAILING.test(text.charAt(at - 1))) at--;
  let tail = at;
  while (tail > from && HANGUL.test(text.charAt(tail - 1))) tail--;
  const before = text.charAt(tail - 1);
  const isTail =
    tail < at &&
    tail > from &&
    /[\x21-\x7e]/.test(before) &&
    !/[/=]/.test(before) &&
    KOREAN_TAIL.test(text.slice(tail, at));
  return isTail ? trimEnd(text, from, tail) : at;
}
