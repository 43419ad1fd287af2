/**
 * Forms of a text for matching, never for display. People hide words from filters by invisible characters, letters of
 * other scripts, and spaces between letters (Unicode TR 36 and TR 39).
 */

/** Zero-width, bidirectional controls, Hangul fillers, tag characters and variation selectors. */
const INVISIBLE_RANGES =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164' +
  '\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e01ef}';
const INVISIBLE = new RegExp(`[${INVISIBLE_RANGES}]`, 'gu');
export const INVISIBLE_CHARACTER = new RegExp(`^[${INVISIBLE_RANGES}]$`, 'u');

/** Cyrillic and Greek letters that look like Latin ones (the common part of TR 39's confusables). */
const LOOKALIKES: Record<string, string> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ɡ: 'g', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h',
  о: 'o', р: 'p', ԛ: 'q', г: 'r', ѕ: 's', т: 't', ѵ: 'v', ԝ: 'w', х: 'x', у: 'y',
  α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ω: 'w',
  ı: 'i', ł: 'l', ø: 'o', đ: 'd', ß: 'b',
}; // biome-ignore format: a table reads better by row

const LEET: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };

/** Removes invisible characters. The result may be shown and stored. */
export function stripInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** Text hidden in Unicode tag characters (U+E0020–E007E mirror ASCII); '' when there is none. */
export function decodeHiddenText(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xe0020 && code <= 0xe007e) out += String.fromCharCode(code - 0xe0000);
  }
  return out;
}

/** Restores defanged links such as `hxxp://evil[.]com`. */
export function refang(text: string): string {
  return text
    .replace(/\bh(?:xx|\*\*|__)p(s?)(?=\s?[:[(])/gi, 'http$1')
    .replace(/\s?[[({]\s?(?:\.|dot|점)\s?[\])}]\s?/gi, '.')
    .replace(/(https?)\s?(?:\[:\]|\(:\)|\[:\/\/\]|:)\s?(?=\/\/)/gi, '$1:')
    .replace(/(https?)\[:\/\/\]/gi, '$1://');
}

/**
 * NFKC in lower case, without invisible characters, with look-alike letters folded, spaced letters joined, and links
 * refanged.
 */
export function toMatchingForm(text: string): string {
  const plain = stripInvisible(text.normalize('NFKC')).toLowerCase().normalize('NFKC');
  const folded = plain.replace(/[^\x20-\x7e\uac00-\ud7a3]/g, (char) => LOOKALIKES[char] ?? char);
  return joinSpaced(refang(folded)).replace(/\s+/g, ' ').trim();
}

/** The forms to match a filter against: as written, normalized, and with digits as letters. */
export function listMatchingForms(text: string): string[] {
  const normal = toMatchingForm(text);
  const forms = new Set([text, normal]);
  const hidden = decodeHiddenText(text);
  if (hidden) forms.add(hidden.toLowerCase());
  forms.add(normal.replace(/[a-z0-9@$]{3,}/g, (word) => (/[a-z]/.test(word) ? unleet(word) : word)));
  return [...forms];
}

function unleet(word: string): string {
  return word.replace(/[013457@$]/g, (char) => LEET[char] ?? char);
}

/** Joins four or more single letters in a row: `i g n o r e`, `무 시 해 줘`. */
function joinSpaced(text: string): string {
  return text
    .replace(/(?<![a-z0-9])(?:[a-z][ .\-_*]){3,}[a-z](?![a-z0-9])/g, (run) => run.replace(/[ .\-_*]/g, ''))
    .replace(/(?<![가-힣])(?:[가-힣][ .\-_*]){3,}[가-힣](?![가-힣])/g, (run) => run.replace(/[ .\-_*]/g, ''));
}
