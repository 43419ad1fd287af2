export type Language = 'ko' | 'en';

const LINK = /(?:https?:\/\/|(?<![\w-])[\w-]+\.[\w-]).*$/i;

/**
 * The language of a text; null when it is unclear (only a link, digits, another script). Links and e-mail addresses
 * are ignored. A Hangul syllable counts as two Latin letters, so that Korean with English terms is Korean.
 */
export function detectLanguage(text: string): Language | null {
  const words = text.replace(/\S+/g, removeAddress);
  const hangul = (words.match(/[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]/g) ?? []).length;
  const latin = (words.match(/[a-z]/gi) ?? []).length;
  if (hangul === 0 && latin < 2) return null;
  return hangul * 2 >= latin * 0.5 && hangul > 0 ? 'ko' : 'en';
}

/** A piece without blanks, without the link in it; nothing is left of an e-mail address. */
function removeAddress(piece: string): string {
  const at = piece.indexOf('@', 1);
  return at > 0 && at < piece.length - 1 ? ' ' : piece.replace(LINK, ' ');
}
