/**
 * The product's own access and refresh tokens, API keys and device codes: whole ones wherever they stand, also broken
 * over lines, and pieces of them.
 */
export const OWN_TOKEN = /fs[arkd]_(?:(?:[\w-][\r\n]{0,2}){42}[\w-]+|[\w-]{8,})/g;

/** A private key in PEM or armoured PGP, whole or without its end. */
export const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*$)/g;
const PRIVATE_KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** Private keys in a text, also those whose beginning was cut off. Time grows with the text and no faster. */
export function* findPrivateKeys(text: string): Generator<[start: number, end: number]> {
  let free = 0;
  const whole = [...text.matchAll(PRIVATE_KEY)].map((match): [number, number] => [
    match.index,
    match.index + match[0].length,
  ]);
  for (const [start, end] of whole) {
    yield* findKeyEnds(text, free, start);
    yield [start, end];
    free = end;
  }
  yield* findKeyEnds(text, free, text.length);
}

/** Ends of keys in `[from, to)`, each with the base64 before it. */
function* findKeyEnds(text: string, from: number, to: number): Generator<[start: number, end: number]> {
  if (to - from < 20) return;
  let free = from;
  for (const match of text.slice(from, to).matchAll(PRIVATE_KEY_END)) {
    const end = from + match.index;
    let start = end;
    while (start > free && /[A-Za-z0-9+/=\s\\]/.test(text[start - 1] as string)) start--;
    free = end + match[0].length;
    yield [start, free];
  }
}

/** Prefixes that the issuers document (AWS, GitHub, OpenAI, Google, Slack, Hugging Face, Stripe, GitLab, npm …). */
export const API_KEY = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${[
    '(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])',
    'gh[pousr]_[A-Za-z0-9]{36,}',
    'github_pat_\\w{22,}',
    'sk-(?:proj-|ant-|or-)?[\\w-]{20,}',
    '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}',
    'AIza[\\w-]{35}',
    'ya29\\.[\\w-]{20,}',
    'xox[abeprs]-[\\w-]{10,}',
    'xapp-[\\w-]{20,}',
    'hf_[A-Za-z0-9]{30,}',
    'glpat-[\\w-]{20,}',
    'npm_[A-Za-z0-9]{36}',
    'SG\\.[\\w-]{20,}\\.[\\w-]{20,}',
    'dop_v1_[0-9a-f]{64}',
    '(?:whsec|gsk|r8|glsa|dckr_pat|shp(?:at|ca|pa|ss)|lsv2_pt)_[\\w+/=-]{24,}',
    '(?:xai|pplx|pypi)-[\\w-]{30,}',
  ].join('|')})`,
  'g',
);

/**
 * Whether a value after `key =` is random enough to be a secret: letters and digits, at least 3 bits a character.
 * `your-api-key-goes-here` is not.
 */
export function isLikelySecret(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= 3;
}

/** Whether a value after `Basic` is `name:password` in base64 (RFC 7617). */
export function isBasicCredential(value: string): boolean {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]{1,200}$/.test(decoded) && decoded.includes(':');
}

/** Whether a value after `Bearer` or `Authorization:` is a credential and not a word of a sentence. */
export function isBearerCredential(value: string): boolean {
  return isLikelySecret(value) || (/\d/.test(value) && value.length >= 16) || value.length >= 32;
}
