import { domainToASCII } from 'node:url';

/**
 * The form in which names are compared: NFKC, so that full-width and composed letters are their plain selves, and
 * without case: the upper case of its lower case in lower case comes close to Unicode’s full case folding.
 */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** The form in which e-mail addresses are compared: both parts without case, the domain in ASCII (RFC 5890). */
export function foldEmail(email: string): string {
  const folded = foldName(email);
  const at = folded.lastIndexOf('@');
  const domain = domainToASCII(folded.slice(at + 1));
  return at < 0 || domain === '' ? folded : folded.slice(0, at + 1) + domain;
}
