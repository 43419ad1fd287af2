import { detectLanguage, type Language } from '../text/language.ts';
import { findLinks } from '../text/links.ts';
import { stripInvisible } from '../text/normalise.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import type { CompiledPolicies } from '../text/policies.ts';
import { GenerationError } from './generation-error.ts';
import { toTerms } from './lexical.ts';
import type { PromptPassage } from './prompt.ts';

/**
 * Decides whether a model's text may be shown: every sentence must be held by one sentence of a cited passage, with its
 * advice, its negation, its offices and its numbers. No list of forbidden phrasings is needed for that.
 */

export interface GroundingInput {
  text: string;
  language: Language;
  passages: readonly PromptPassage[];
  policies: CompiledPolicies;
}

/** Share of a sentence's terms that one sentence of a passage must have; more of it where numbers are. */
const MIN_COVERAGE = 0.7;
const MIN_COVERAGE_WITH_DIGITS = 0.85;
const MAX_WORDS = 130;
const MIN_SENTENCES = 2;

const CITATION = /\s?\[(\d{1,3})\]/g;
const FOREIGN_CHARACTERS = /[^\p{Script=Hangul}a-zA-Z0-9\s.,!?;:'"“”‘’()[\]\-%/·~&+]/u;
/** Digits in words, which are read like a phone number: `일오팔팔`, `one five eight eight`. */
const SPELLED_NUMBER =
  /[공영일이삼사오육륙칠팔구](?:[\s\-.,·]{0,2}[공영일이삼사오육륙칠팔구]){2,20}(?=[\s\-.,·번로에으]|$)|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?:[\s\-.,]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)){2,}\b/i;

/** Advice and judgements: such a word must stand in the very sentence of the passage, negated alike. */
const ADVICE: readonly RegExp[] = [
  /안전|안심/, /괜찮|문제\s?없|상관\s?없|무해/, /믿/, /걱정/, /공식|정상|정품|합법|진짜/, /보내|송금|입금|이체|지불|결제|납부/, /설치|깔/, /눌러|누르|클릭|열어|여세|들어가|접속|방문/,
  /입력|적어|넣/, /알려|말해|불러|공유|제공/, /전화|연락|문의|신고|상담/, /무시|기다리|삭제|지우|끄/, /허용|승인|동의/, /카톡|텔레그램|아이디/,
  /\bsafe\w*|secure\w*|harmless|protected\b/i, /\b(?:fine|okay|ok|alright|no problem)\b/i, /\b(?:trust\w*|believe|rely)\b/i, /\bworr\w+/i, /\b(?:official|genuine|legit\w*|real|authentic|verified)\b/i,
  /\b(?:send\w*|pay\w*|transfer\w*|wire\w*|deposit\w*|buy\w*)\b/i, /\b(?:install\w*|download\w*)\b/i, /\b(?:click\w*|tap\w*|open\w*|visit\w*|follow\w*|scan\w*)\b/i, /\b(?:enter\w*|type\w*|fill\w*|log|sign)\b/i,
  /\b(?:share\w*|give|tell|read|reply|provide\w*)\b/i, /\b(?:call|text|contact|dial|phone|write|message|report|ask)\b/i, /\b(?:ignore\w*|wait|delete\w*|disable\w*|turn off)\b/i, /\b(?:allow\w*|approve\w*|agree\w*|accept\w*)\b/i, /\b(?:whatsapp|telegram|signal|kakao\w*)\b/i,
]; // biome-ignore format: a list reads better by row
const NEGATION =
  /않|안\s|아니|아닌|못|없|마세요|말고|말아|마라|금지|\b(?:not|n't|never|no|none|nothing|without|nobody|neither|nor|don't|doesn't|isn't|aren't|cannot|can't|won't|hardly|rarely|unless|stop|avoid)\b|n't\b/gi;
const OFFICE =
  /은행|경찰\S{0,2}|검찰\S{0,2}|금감원|금융감독원|금융위\S{0,3}|인터넷진흥원|보호나라|통합대응단|통신사|카드사|국세청|관세청|법원|고객\s?센터|상담\s?센터|[가-힣]{2,6}(?:센터|공단|협회|위원회|은행|전자|통신|대사관)|\b[A-Z][A-Za-z]*[A-Z]\w*\b|\b(?:bank|police|court|support|hotline|embassy|microsoft|apple|google|amazon|paypal|naver|kakao)\b/gi;

/** Throws GenerationError unless the text is whole, cited, and grounded sentence by sentence. Returns it to be shown. */
export function assertGrounded({ text, language, passages, policies }: GroundingInput): string {
  const plain = toPlain(text);
  const shown = plain
    .replace(CITATION, '')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
  const said = detectLanguage(shown);
  if (said !== null && said !== language) throw new GenerationError('language');
  const cited = readCitations(plain, passages.length);
  assertWhole(shown);
  if (findLinks(shown).length > 0) throw new GenerationError('ungrounded', 'a link');
  if (maskPersonalData(shown).found.length > 0) throw new GenerationError('ungrounded', 'personal data');
  const verdict = policies.apply(shown, 'output');
  if (verdict.action !== 'allow')
    throw new GenerationError('policy', verdict.hits.map(({ id }) => id).join(', '));
  const held = cited.flatMap((number) => toSentences(toPlain(passages[number - 1]!.text)));
  for (const sentence of toSentences(shown))
    if (!held.some((source) => isHeldBy(sentence, source)))
      throw new GenerationError('ungrounded', sentence.slice(0, 80));
  return shown;
}

/** One form for what looks alike: full-width letters, dashes, invisible characters, quotation marks, markup. */
function toPlain(text: string): string {
  return stripInvisible(text)
    .normalize('NFKC')
    .replace(/[‐‑‒–—―−ㅡ]/g, '-')
    .replace(/\*\*|__|`/g, '')
    .replace(/…/g, '...');
}

function readCitations(text: string, passages: number): number[] {
  const numbers = [...new Set([...text.matchAll(CITATION)].map(([, number]) => Number(number)))];
  if (numbers.length === 0) throw new GenerationError('uncited');
  if (numbers.some((number) => number < 1 || number > passages))
    throw new GenerationError('uncited', 'a passage that was not given');
  return numbers;
}

function assertWhole(text: string): void {
  const sentences = toSentences(text);
  if (sentences.length < MIN_SENTENCES || !/[.!?]["”’)]?$/.test(text))
    throw new GenerationError('incomplete');
  if (text.split(/\s+/).length > MAX_WORDS) throw new GenerationError('incomplete', 'it is too long');
  if (new Set(sentences).size < sentences.length) throw new GenerationError('repetition');
}

export function toSentences(text: string): string[] {
  return text
    .split(/(?<=[.!?]["”’)]?)\s+|\n+/)
    .map((sentence) => sentence.replace(/^(?:\d+\.|-|•)\s+/, '').trim())
    .filter((sentence) => sentence !== '');
}

/** Whether a sentence of a passage holds a sentence: its words, its advice and negation, its offices and numbers. */
export function isHeldBy(sentence: string, source: string): boolean {
  if (FOREIGN_CHARACTERS.test(sentence) || SPELLED_NUMBER.test(sentence)) return false;
  const hasDigits = /\d/.test(sentence);
  if (hasDigits && !hasSameNumbers(sentence, source)) return false;
  if (!hasSameOffices(sentence, source)) return false;
  if (ADVICE.some((word) => word.test(sentence) && !word.test(source))) return false;
  if (countNegations(sentence) !== countNegations(source)) return false;
  if (!hasPredicate(sentence, source)) return false;
  return measureCoverage(sentence, source) >= (hasDigits ? MIN_COVERAGE_WITH_DIGITS : MIN_COVERAGE);
}

/** Two negations in one sentence and none are both a statement, so that their number counts. */
function countNegations(text: string): number {
  return (text.match(NEGATION) ?? []).length;
}

/** In Korean the last word says what is claimed or advised: its stem must stand in the passage's sentence too. */
function hasPredicate(sentence: string, source: string): boolean {
  const last = /([가-힣]+)[^가-힣]*$/.exec(sentence)?.[1];
  return (
    last === undefined ||
    !/[가-힣][^a-z]*$/i.test(sentence) ||
    source.includes(last.slice(0, Math.min(2, last.length)))
  );
}

function hasSameNumbers(sentence: string, source: string): boolean {
  const numbers = new Set(source.match(/\d+/g) ?? []);
  return (
    (sentence.match(/\d+/g) ?? []).every((number) => numbers.has(number)) &&
    !/[a-z]\d|\d[a-z]/i.test(sentence)
  );
}

function hasSameOffices(sentence: string, source: string): boolean {
  const held = source.toLowerCase();
  return (sentence.match(OFFICE) ?? []).every((office) => held.includes(office.toLowerCase()));
}

function measureCoverage(sentence: string, source: string): number {
  const held = toTerms(source);
  let [all, covered] = [0, 0];
  for (const [term, weight] of toTerms(sentence)) {
    all += weight;
    if (held.has(term)) covered += weight;
  }
  return all === 0 ? 0 : covered / all;
}
