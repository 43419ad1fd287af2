import { parse } from 'tldts';
import { refang, stripInvisible } from '../text/normalise.ts';

/** Endings of file names that are country or other domains too: without a scheme or a path they are files. */
const FILE_ENDINGS = new Set(['md', 'py', 'sh', 'zip', 'mov']);
const MAIN_ENDINGS = ['com', 'net', 'org', 'kr', 'co'];
const SCHEME = /^(?:https?):\/\//i;
const KOREAN_TAIL =
  /(?:이라는|라는|이라고|라고|이라서|이랑|이나|이고|이야|이에요|예요|인데요|인데|인가요|인가|으로|에서|에게|까지|부터|처럼|보다|하고|한테|입니다|이요|은|는|이|가|을|를|에|의|도|로|와|과|랑|만|요|나)(?:[가-힣]{0,6})$/;

/** `bit.ly 같은 주소`, `bit.ly style links`: a name that stands for a kind, not an address to look at. */
const PLAIN_NAME =
  /^\s?(?:같은|처럼|류의|이런|식의|형식|형태|-?style|-?like|스타일)|^[^\s가-힣]{0,2}(?:같은|처럼)/i;

interface Candidate {
  text: string;
  before: string;
  after: string;
}

/**
 * The URLs a message names, as they can be scanned: refanged, without particles, quotes and closing punctuation, in
 * order and once each. With a scheme any host counts. Without one it must end in a public suffix (or in something
 * that is meant to look like `.com`), or be an IPv4 address; e-mail addresses, versions, dates and file names
 * don't count.
 */
export function findAddresses(message: string): string[] {
  const text = refang(
    stripInvisible(message)
      .replace(/[。．｡]/g, '.')
      .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)),
  );
  const found: string[] = [];
  for (const candidate of candidates(text)) {
    const url = SCHEME.test(candidate.text) ? withScheme(candidate.text) : withoutScheme(candidate);
    if (url && !found.includes(url)) found.push(url);
  }
  return found;
}

/** Pieces between spaces, quotes and brackets; a scheme in the middle of one starts a piece of its own. */
function* candidates(text: string): Iterable<Candidate> {
  for (const piece of text.matchAll(/[^\s<>"'`“”‘’「」『』《》|\\^{}]+/g)) {
    let from = piece.index;
    for (const part of piece[0].split(/(?<![=/&?%\w])(?=https?:\/\/)|(?<=[^\s.]),(?=\S*\.)/i)) {
      const trimmed = trimEdges(part);
      const at = from + part.indexOf(trimmed);
      yield {
        text: trimmed,
        before: text.slice(Math.max(0, at - 12), at),
        after: text.slice(at + trimmed.length),
      };
      from += part.length + (text[from + part.length] === ',' ? 1 : 0);
    }
  }
}

function trimEdges(part: string): string {
  let text = part.replace(/^[([【（*_~:;,.·>-]+/, '');
  while (/[.,!?;:)\]}>】）*~…·]$/.test(text) && !closesItsOwn(text)) text = text.slice(0, -1);
  return text;
}

/** `…/Phishing_(attack)`: the bracket at the end was opened inside the address. */
function closesItsOwn(text: string): boolean {
  const pair = text.endsWith(')') ? '()' : text.endsWith(']') ? '[]' : null;
  return pair !== null && text.split(pair[0]!).length >= text.split(pair[1]!).length;
}

function withScheme(text: string): string | null {
  const [, scheme = '', rest = ''] = /^(https?:\/\/)(.*)$/is.exec(text) ?? [];
  const at = rest.search(/[/?#]/);
  const host = cutParticle(at < 0 ? rest : rest.slice(0, at), at < 0);
  const path = at < 0 ? '' : cutPath(rest.slice(at));
  const name = host.slice(host.lastIndexOf('@') + 1).replace(/:\d+$/, '');
  const plausible =
    name === 'localhost' || isIpv4(name) || /^\[[\da-f:.]+\]$/i.test(name) || looksLikeHost(name);
  return plausible ? `${scheme}${host}${path}` : null;
}

function withoutScheme({ text, before, after }: Candidate): string | null {
  if (text.startsWith('@') || before.endsWith('@') || /^[^/?#]*@/.test(text)) return null;
  const at = text.search(/[/?#]/);
  const authority = at < 0 ? text : text.slice(0, at);
  const path = at < 0 ? '' : cutPath(text.slice(at));
  const address = /^(\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?(?![\d.])/.exec(authority);
  if (address) return isAddress(address[1]!, before, after) ? `${address[0]}${path}` : null;
  const host = cutHost(authority, at < 0);
  if (!host) return null;
  if (path === '' && (isFileName(host, after) || PLAIN_NAME.test(authority.slice(host.length) + after)))
    return null;
  return host + path;
}

/** The longest start of `text` that is a host under a public suffix, with its port; particles fall off. */
function cutHost(text: string, atEnd: boolean): string | null {
  let [, host = '', port = ''] = /^([^:]+)(:\d{1,5})?/.exec(text) ?? [];
  if (port && text.length > host.length + port.length && atEnd) port = port.replace(/[^\d:].*$/, '');
  host = unglue(cutParticle(host, atEnd)).replace(/\.+$/, '');
  if (
    !/^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}])?)+$/u.test(
      host,
    )
  )
    return null;
  return hasKnownEnding(host) ? host + port : null;
}

/** `toss.im은` → `toss.im`; a Hangul ending such as `.한국` stays. */
function cutParticle(host: string, atEnd: boolean): string {
  const dot = host.lastIndexOf('.');
  const ending = host.slice(dot + 1);
  const latin = /^(?:xn--[a-z0-9-]+|[a-z]+|\d+(?::\d+)?)(?::\d+)?(?=[가-힣])/i.exec(ending);
  if (latin) return host.slice(0, dot + 1) + latin[0];
  if (!atEnd || !/[가-힣]/.test(ending)) return host;
  for (let length = ending.length; length > 0; length--)
    if (parse(`a.${ending.slice(0, length)}`).isIcann)
      return host.slice(0, dot + 1) + ending.slice(0, length);
  return host;
}

/** `주소는naver.com`: Korean that runs into an address with a particle is not part of its name. */
function unglue(host: string): string {
  return host.replace(/^[가-힣]*(?:은|는|이|가|을|를|로|에서|에|도|와|과|랑|하고|의|인)(?=[a-z0-9])/i, '');
}

/** Korean behind a path is cut where it follows Latin text directly and begins like a particle or a verb. */
function cutPath(path: string): string {
  const tail = /(?<=[\x21-\x7e])[가-힣]+$/.exec(path);
  if (!tail || /[/=]$/.test(path.slice(0, tail.index))) return path;
  return KOREAN_TAIL.test(tail[0]) || /^(?:였|이거|여기|입|라|인|이)/.test(tail[0])
    ? path.slice(0, tail.index)
    : path;
}

/** Behind a scheme any name of labels will do (`pay.example`); an ending in another script must exist. */
function looksLikeHost(name: string): boolean {
  if (!/^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+\.?$/u.test(name)) return false;
  return /\.(?:[a-z]{2,}|xn--[a-z0-9-]+)\.?$/i.test(name) || parse(name).isIcann === true;
}

function hasKnownEnding(host: string): boolean {
  const { isIcann, isPrivate, domain } = parse(host);
  if ((isIcann || isPrivate) && domain) return true;
  return isAlmostMainEnding(host.slice(host.lastIndexOf('.') + 1).toLowerCase());
}

/** `naver.corn`, `bank.c0m`, `toss.con`: no such ending exists, and that is the trick. */
function isAlmostMainEnding(ending: string): boolean {
  if (ending.length < 2 || ending.length > 5) return false;
  const folded = ending.replace(/rn/g, 'm').replace(/0/g, 'o').replace(/1/g, 'l').replace(/vv/g, 'w');
  if (folded !== ending && MAIN_ENDINGS.includes(folded)) return true;
  return ['con', 'cmo', 'ocm', 'comm', 'coom', 'cim', 'vom', 'xom', 'nett', 'ner', 'ogr'].includes(ending);
}

function isFileName(host: string, after: string): boolean {
  const labels = host.split('.');
  const ending = labels.at(-1)!.toLowerCase();
  if (labels.length === 2 && FILE_ENDINGS.has(ending)) return true;
  const isCalledFile = /^\s?(?:파일|첨부|문서|스크립트|file\b|script\b|attachment\b)/i.test(after);
  return labels.length === 2 && isCalledFile && !MAIN_ENDINGS.includes(ending);
}

function isIpv4(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) && host.split('.').every((part) => Number(part) <= 255);
}

/** Four numbers are a version too: `버전 1.2.3.4`, `v10.0.0.1`. */
function isAddress(host: string, before: string, after: string): boolean {
  if (!isIpv4(host)) return false;
  return (
    !/(?:버전|버젼|version|ver\.?|v|업데이트|release)\s?$/i.test(before) &&
    !/^\s?(?:버전|버젼|version)/i.test(after)
  );
}
