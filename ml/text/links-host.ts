/** Where the host of a link starts and ends in a run of letters, digits, dots and hyphens. */

import { parse } from 'tldts';

/** A part of a run; `start` and `end` are UTF-16 units from its start. */
export interface HostSpan {
  start: number;
  end: number;
  /** where a second reading starts: `카카오talk.com` may be a word and `talk.com` */
  inner_start?: number;
}

/** Characters of a host name (RFC 1035). The last labels of a longer run count as one. */
const MAX_HOST = 253;
const MAX_LABEL = 63;
/** Maximum length of a top-level domain in a script without case (`한국`, `닷컴`, `政府`). */
const MAX_UNICODE_SUFFIX_CHARS = 6;

const PARTICLE =
  '(?:이라는|라는|이라고|라고|이라서|이랑|이나|이고|이야|이에요|예요|인데요|인데|인가요|인가|으로|에서|에게|까지|부터|처럼|보다|하고|한테|입니다|이요|은|는|이|가|을|를|에|의|도|로|와|과|랑|만|요|나)';
const PARTICLE_TAIL = new RegExp(`^${PARTICLE}(?:는|도|만|요|의|을|를)?$`);
/** Korean that stands directly before an address: a particle, or a word that announces it. */
const LEAD_IN =
  /(?:은|는|이|가|을|를|로|에서|에|도|와|과|랑|하고|의|인|링크|주소|클릭|접속|확인|바로가기|사이트|홈페이지|신청|조회|참고|문의|하기|이벤트|상담|방문|검색|예약|구매|주문|가입|설치|다운로드|참여|결제)$/;
const SENTENCE_END = /(?:니다|어요|아요|세요|네요|에요|예요|습니까|한다|했다|이다|이죠)$/;
const CASELESS = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
/** A Latin domain with other letters or emoji directly after it: `com에서`, `tk👈`. */
const LATIN_THEN_OTHER = /^(xn--[a-z0-9-]+|[a-z]+)([^\w.-].*)$/iu;
const ALL_CASELESS =
  /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+$/u;
const CASELESS_THEN_LATIN =
  /^([\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+)(?=[a-z0-9])/iu;

/** Whether `label` is a top-level domain of the Public Suffix List. */
function isTopLevel(label: string): boolean {
  return (
    label.length <= MAX_LABEL &&
    /^[\p{L}\p{M}]|^xn--/iu.test(label) &&
    parse(`a.${label.toLowerCase()}`).isIcann === true
  );
}

/** Whether `host` has a registrable domain, so is more than a public suffix. */
export function hasPublicSuffix(host: string): boolean {
  const { isIcann, isPrivate, domain } = parse(host.toLowerCase(), { extractHostname: false });
  return (isIcann === true || isPrivate === true) && domain !== null;
}

/** The length of the top-level domain in a host's last label; 0 when there is none. */
function findSuffixLength(label: string): number {
  if (isTopLevel(label)) return label.length;
  const latin = LATIN_THEN_OTHER.exec(label)?.[1];
  if (latin !== undefined) return isTopLevel(latin) ? latin.length : 0;
  if (!CASELESS.test(label.charAt(0))) return 0;
  for (let length = Math.min(label.length - 1, MAX_UNICODE_SUFFIX_CHARS); length > 0; length--) {
    if (isTopLevel(label.slice(0, length))) return length;
  }
  return 0;
}

/** In `com에서` the link ends before the Korean text. `com은행` is a label. */
function isLinkEnd(label: string): boolean {
  if (!CASELESS.test(label)) return false;
  const length = findSuffixLength(label);
  return length > 0 && length < label.length && PARTICLE_TAIL.test(label.slice(length));
}

interface Label {
  text: string;
  start: number;
}

function splitLabels(run: string): Label[] {
  const labels: Label[] = [];
  let start = 0;
  for (const text of run.split('.')) {
    labels.push({ text, start });
    start += text.length + 1;
  }
  return labels;
}

/** The end of the last host among the labels from `first` to `last`; null when none of them is a top-level domain. */
function findLastHost(labels: readonly Label[], first: number, last: number): HostSpan | null {
  for (let i = last; i > first; i--) {
    const { text, start } = labels[i]!;
    const length = findSuffixLength(text.replace(/(?<![_-])[_-]+$/, ''));
    // `report.final.docx` does not contain a host `report.final`; `naver.com.Thanks` and `naver.com.감사` are a link
    // and a word.
    if (length === 0 && /^[a-z0-9]/.test(text)) return null;
    if (length === 0 || labels[i - 1]!.text === '') continue;
    const end = start + length;
    let from = i - 1;
    while (from > first && labels[from - 1]!.text !== '' && end - labels[from - 1]!.start <= MAX_HOST) from--;
    return { start: labels[from]!.start, end };
  }
  return null;
}

/**
 * The hosts in a run, in order, by the Public Suffix List, in linear time. Korean particles after a domain and words
 * before it are not part of it.
 */
export function findHosts(run: string): HostSpan[] {
  if (!run.includes('.')) return [];
  const labels = splitLabels(run);
  const hosts: HostSpan[] = [];
  let first = 0;
  for (let i = 0; i < labels.length; i++) {
    const isLast = i === labels.length - 1;
    if (!isLast && !(i > first && isLinkEnd(labels[i]!.text))) continue;
    const host = findLastHost(labels, first, i);
    if (host !== null) hosts.push(host);
    first = i + 1;
  }
  return hosts.map((host) => toBareHost(run, host)).filter((host) => host !== null);
}

/** The length of the word or sentence that is joined to the start of a host: `가.naver.com`, `카카오talk.com`. */
function findGlueLength(host: string): number {
  let length = 0;
  for (const label of host.split('.')) {
    const word = CASELESS_THEN_LATIN.exec(label)?.[1];
    if (word !== undefined)
      return hasPublicSuffix(host.slice(length + word.length)) ? length + word.length : length;
    const isWord = ALL_CASELESS.test(label) && hasPublicSuffix(host.slice(length + label.length + 1));
    if (!isWord) return length;
    length += label.length + 1;
  }
  return length;
}

/** The span without text before a domain that has no scheme; null when nothing remains. */
function toBareHost(run: string, { start, end }: HostSpan): HostSpan | null {
  let from = start;
  while (from < end && /[-_]/.test(run.charAt(from))) from++;
  const host = run.slice(from, end);
  if (!hasPublicSuffix(host)) return null;
  const labels = host.split('.');
  // `…했습니다.한국은` is the end of one sentence and the start of the next.
  if (CASELESS.test(labels.at(-1)!.charAt(0)) && SENTENCE_END.test(labels.at(-2)!)) return null;
  const glued = findGlueLength(host);
  if (glued === 0) return { start: from, end };
  const word = host.slice(0, glued).replace(/\.$/, '');
  const isApart = LEAD_IN.test(word) || SENTENCE_END.test(word) || word.length > MAX_LABEL - 10;
  return isApart ? { start: from + glued, end } : { start: from, end, inner_start: from + glued };
}

/**
 * The length of the host after a scheme, at the start of `text`; 0 when there is none. Any name of two labels counts,
 * and a single one in ASCII (`localhost`).
 */
export function findHostLength(text: string): number {
  const run = /^[\p{L}\p{M}\p{N}\p{So}.~%!$&*+=_-]+/u.exec(text)?.[0] ?? '';
  const labels = splitLabels(run);
  if (!CASELESS.test(run)) {
    // `http://naver.com.Thanks`: a link and a word.
    return (
      findLastHost(labels, 0, labels.length - 1)?.end ?? run.replace(/(?<![.!*_~-])[.!*_~-]+$/, '').length
    );
  }
  for (let i = 1; i < labels.length; i++) {
    if (isLinkEnd(labels[i]!.text)) return labels[i]!.start + findSuffixLength(labels[i]!.text);
  }
  const host = findLastHost(labels, 0, labels.length - 1);
  if (host !== null) return host.end;
  // The suffix is unknown: the host is as long as its Latin letters.
  const latin = /^[\w.%-]+/.exec(run)?.[0] ?? '';
  return latin.replace(/(?<![._-])[._-]+$/, '').length;
}
