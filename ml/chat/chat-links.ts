/** The addresses that a message to the chatbot is about. */

import { findLinks } from '../text/links.ts';

export interface ChatLink {
  /** as it can be scanned */
  url: string;
  start: number;
  end: number;
}

/** `bit.ly 같은 주소`, `bit.ly style links`: a name that stands for a kind, not an address to look at. */
const PLAIN_NAME =
  /^(?:\s?(?:같은|처럼|류의|이런|식의|형식|형태|-?style|-?like|스타일)|[^\s가-힣]{0,2}(?:같은|처럼))/i;
/** How much of what follows a name tells whether it stands for a kind. */
const LOOK_AHEAD = 12;

const WORD = /[^\s<>"'`“”‘’()[\]]+/g;
/** `naver.corn`, `bank.c0m`: no such ending exists, and that is the trick. */
const ALMOST_COM =
  /^[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:corn|c0m|con|cmo|ocm|comm|coom|cim|vom|xom|nett|ner|0rg|ogr)(?![\w.-])(?:[/?#][!-~]*)?/i;

/** The links of a message, in order, each once, without those inside others; also those with an ending that only looks like `.com`. */
export function findChatLinks(message: string): ChatLink[] {
  const links: ChatLink[] = findLinks(message)
    .filter(({ nested, end, canonical: { has_scheme, path } }) => {
      const isName = !has_scheme && path === '/' && PLAIN_NAME.test(message.slice(end, end + LOOK_AHEAD));
      return !nested && !isName;
    })
    .map(({ url, start, end }) => ({ url, start, end }));
  for (const { 0: word, index } of message.matchAll(WORD)) {
    const url = ALMOST_COM.exec(word)?.[0];
    if (url === undefined || links.some(({ start, end }) => start < index + url.length && end > index))
      continue;
    links.push({ url, start: index, end: index + url.length });
  }
  links.sort((a, b) => a.start - b.start);
  return [...new Map(links.toReversed().map((link) => [link.url, link])).values()].toReversed();
}
