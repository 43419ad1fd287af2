/**
 * Byte strings: strings in which every character stands for one byte (0–255). Canonical URLs are defined on bytes,
 * and percent-escapes may stand for bytes that are not valid UTF-8.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const HEX_LOWER = '0123456789abcdef';
const HEX_UPPER = '0123456789ABCDEF';

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The text of a byte string; null when it is not valid UTF-8. */
export function decodeUtf8(bytes: string): string | null {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

/** A run of U+0080–U+00FF characters as bytes. Such a run is either text, or already the bytes of UTF-8. */
function encodeLatinRun(run: string): string {
  if (decodeUtf8(run) !== null) return run;
  // C1 control characters are never text, so these are raw bytes.
  return /[\x80-\x9f]/.test(run) ? run : Buffer.from(run, 'utf8').toString('latin1');
}

/**
 * Converts text to a byte string in UTF-8. If the text has no character above U+00FF, it may contain raw bytes
 * (`\xC3\xBC` for `ü`, or `\x80` alone), which are kept.
 */
export function toBytes(text: string): string {
  if (!/[\x80-\uffff]/.test(text)) return text;
  if (/[\u0100-\uffff]/.test(text)) return Buffer.from(text, 'utf8').toString('latin1');
  return text.replace(/[\x80-\xff]+/g, encodeLatinRun);
}

/**
 * Percent-decodes until nothing changes, in one pass and in linear time. A decoded byte may complete an earlier
 * escape (`%%32%35` → `%25` → `%`). Escapes cannot overlap, so their order does not change the result.
 */
export function unescapeFully(bytes: string): string {
  if (!bytes.includes('%')) return bytes;
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    out.push(bytes.charCodeAt(i));
    while (out.length >= 3 && out[out.length - 3] === 37) {
      const high = hexValue(out[out.length - 2] ?? 0);
      const low = hexValue(out[out.length - 1] ?? 0);
      if (high < 0 || low < 0) break;
      out.length -= 3;
      out.push(high * 16 + low);
    }
  }
  return String.fromCharCode(...out);
}

/**
 * Escapes bytes ≤ 0x20, ≥ 0x7f, `#`, `%` and those of `also`. Hex digits are upper case, except for control bytes:
 * the published test vector has `http://some%1bhost.com/%1b`.
 */
export function escapeBytes(bytes: string, also = ''): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i);
    if (code > 0x20 && code < 0x7f && code !== 35 && code !== 37 && !also.includes(bytes.charAt(i))) continue;
    const digits = code < 0x20 ? HEX_LOWER : HEX_UPPER;
    out += `${bytes.slice(from, i)}%${digits.charAt(code >> 4)}${digits.charAt(code & 15)}`;
    from = i + 1;
  }
  return from === 0 ? bytes : out + bytes.slice(from);
}
