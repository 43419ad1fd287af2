/** Finds the addresses in a message to the chatbot. */

import { findLinks } from '../text/links.ts';

export interface ChatLink {
  /** the address in a form that can be scanned */
  url: string;
  start: number;
  end: number;
}

/** In `bit.ly 같은 주소` or `bit.ly style links` the name stands for a kind of link and is no address to scan. */
const PLAIN_NAME =
  /^(?:\s?(?:같은|처럼|류의|이런|식의|형식|형태|-?style|-?like|스타일)|[^\s가-힣]{0,2}(?:같은|처럼))/i;
/** Characters after a name that are read to find out whether it stands for a kind of link. */
const LOOK_AHEAD = 12;

const WORD = /[^\s<>"'`“”‘’()[\]]+/g;
/** In `naver.corn` and `bank.c0m` the top-level domain does not exist, but looks like `com`. */
const ALMOST_COM =
  /^[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:corn|c0m|con|cmo|ocm|comm|coom|cim|vom|xom|nett|ner|0rg|ogr)(?![\w.-])(?:[/?#][!-~]*)?/i;

/**
 * The links of a message, in order, without duplicates and without links inside other links. Links whose top-level
 * domain only looks like `com` are included.
 */
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
