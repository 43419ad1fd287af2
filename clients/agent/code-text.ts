import type { SourceLanguage } from './languages.ts';

/** In quotes on one line. A longer one counts as code, so that time stays linear in the text. */
const STRINGS = ['"', "'", '`'].map((quote) => `${quote}(?:[^${quote}\\\\\\n]|\\\\.){0,200}${quote}`);
/** Python's, over lines; one without an end ends with the text. */
const LONG_STRINGS = ['"""', "'''"].map((quote) => `${quote}[\\s\\S]*?(?:${quote}|$)`);

const PATTERNS = new WeakMap<SourceLanguage, RegExp>();

/** A text whose comments are blank. Line breaks stay, so that lines keep their numbers. */
export function blankComments(text: string, language: SourceLanguage): string {
  return text.replace(toTokenPattern(language), (token, string?: string) => string ?? keepLineBreaks(token));
}

/** A text whose comments are blank and whose strings are empty. */
export function blankCommentsAndStrings(text: string, language: SourceLanguage): string {
  return text.replace(
    toTokenPattern(language),
    (token, string?: string) => `${string === undefined ? '' : '""'}${keepLineBreaks(token)}`,
  );
}

function keepLineBreaks(token: string): string {
  return token.replace(/[^\n]+/g, '');
}

/** Matches strings, which its group holds, and comments. */
function toTokenPattern(language: SourceLanguage): RegExp {
  let pattern = PATTERNS.get(language);
  if (!pattern) {
    const strings = language.name === 'Python' ? [...LONG_STRINGS, ...STRINGS] : STRINGS;
    const [open, close] = (language.blockComment ?? []).map(escapePattern);
    const comments = [
      ...(open ? [`${open}[\\s\\S]*?(?:${close}|$)`] : []),
      // `${#list}` and `\/\/` begin no comment, and neither does what follows the colon of an address.
      ...language.lineComments.map((mark) => `(?<![^\\s;{}(),])${escapePattern(mark)}[^\\n]*`),
    ];
    pattern = new RegExp([`(${strings.join('|')})`, ...comments].join('|'), 'g');
    PATTERNS.set(language, pattern);
  }
  return pattern;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
