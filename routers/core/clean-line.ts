/** Marks that turn the direction of text around, and spaces without width; not the joiners that emoji need. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
/** Half of a character that UTF-16 writes in two. */
const LONE_SURROGATES = /\p{Cs}/gu;

/** A name as one line that shows what it is: nothing invisible is in it, controls are a space, none stands at an end. */
export function cleanLine(text: string): string {
  return text.replace(INVISIBLE, '').replace(CONTROLS, ' ').replace(LONE_SURROGATES, '\ufffd').trim();
}
