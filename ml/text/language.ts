export type Language = 'ko' | 'en';

const NOT_WORDS = /https?:\/\/\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+\S*/gi;

/**
 * The language of a text; null when it is unclear (only a link, digits, another script). Links and e-mail addresses
 * are ignored. A Hangul syllable counts as two Latin letters, so that Korean with English terms is Korean.
 */
export function detectLanguage(text: string): Language | null {
  const words = text.replace(NOT_WORDS, ' ');
  const hangul = (words.match(/[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]/g) ?? []).length;
  const latin = (words.match(/[a-z]/gi) ?? []).length;
  if (hangul === 0 && latin < 2) return null;
  return hangul * 2 >= latin * 0.5 && hangul > 0 ? 'ko' : 'en';
}
