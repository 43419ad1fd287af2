import { detectLanguage, type Language } from '../text/language.ts';
import { findLinks, type TextLink } from '../text/links.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import type { CompiledPolicies } from '../text/policies.ts';
import { GenerationError } from './ollama.ts';

export interface GuardrailOptions {
  language: Language;
  /** Passages and question: contacts in the answer must be from here. */
  allowedText: string;
  passages: number;
  canary: string;
  /** Texts that the answer must not repeat at length. */
  secret: string;
  policies: CompiledPolicies;
  /** The scanner's sentence when a URL of this request is dangerous, otherwise null. */
  dangerVerdict: string | null;
  removedText: string;
}

const SPACED_HOST = /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]{1,63}(?:\s{1,3}[.․。]\s{0,3}[\p{L}\p{N}-]{1,63}){1,6}/gu;
const HOLD_CHARACTERS = 60;
const MAX_CHARACTERS = 4000;

const PHONE_LIKE =
  /(?<![\d.])(?:\+?\d{1,3}[-\s.])?(?:\(?\d{2,4}\)?[-\s.])?\d{3,4}[-\s.]\d{4}(?!\d)|(?<!\d)\d{8,13}(?!\d)|(?<![\d.,])1\d{2,3}(?!\d|[.,]\d|\s?(?:년|원|만|자|개|%|초|분|시|명|건|bit|GB|MB))(?=\s?(?:번|으로|로|에|을|를|이나|나|,|\)|\.|·|\/|and|or|is|to|for|$))|(?<=(?:call|dial|hotline|phone|전화|신고)\D{0,12})\d{3,4}(?!\d)/gi;
const SAFE_CLAIM =
  /안전(?:합니다|해요|하다|하니|하므로|하고|한\s?(?:사이트|주소|링크|url|페이지))|위험하지\s?않|(?:접속|방문|열어|클릭|눌러)(?:해|하셔)?도\s?(?:됩|돼|괜찮)|\b(?:is|are|looks?|seems?|appears?|be|considered)\s(?:\w+\s){0,2}(?:safe|harmless|benign|trustworthy|legitimate)\b|\bsafe to (?:open|visit|use|click)|\bnot (?:dangerous|malicious|phishing)\b/i;
const NOT_CLAIM =
  /안전하지\s?않|안전한지|안전하다고\s?(?:볼|할|판단할)\s?수\s?없|\b(?:not|isn't|never|don't|whether|if)\b.{0,25}\bsafe\b/i;
const ENCOURAGEMENT =
  /걱정\s?(?:하지\s?)?(?:말|마|안|않)|문제(?:가|는)?\s?없|괜찮(?:습니다|아요|으니)|안심|(?:여세요|열어\s?보세요|들어가\s?보?세요|접속하세요|눌러\s?보?세요)|\b(?:don't|do not|no need to) worry|\bnothing to worry|\bno problem|\bgo ahead|\bfeel free|\bopen it\b(?! in)/i;
const SAFE_WAYS =
  /공식|직접\s?입력|마세요|말고 공식|\b(?:official|type the address|do not open|never open)\b/i;

/**
 * Checks an answer sentence by sentence, and removes contacts, links and markup that are in no passage, personal
 * data, and claims that contradict the scanner. Throws GenerationError when the whole answer must be replaced: it
 * repeats the canary or the prompt, a policy blocks it, or it is in the wrong language.
 */
export class OutputGuardrail {
  /** Passage numbers that were cited. */
  readonly citedPassages = new Set<number>();
  private readonly options: GuardrailOptions;
  private readonly digits: Set<string>;
  private readonly places: { host: string; path: string }[];
  private readonly marks: string[];
  private readonly secrets: string[];
  private raw = '';
  private buffer = '';
  private isReleased = false;
  private isCorrected = false;

  constructor(options: GuardrailOptions) {
    this.options = options;
    this.digits = listDigitRuns(options.allowedText);
    this.places = findLinks(options.allowedText).map(toPlace);
    this.marks = listCanaryForms(options.canary);
    this.secrets = toShingles(options.secret);
  }

  /** Takes a piece of the answer and returns what may be shown so far (often ''). */
  push(piece: string): string {
    this.raw += piece;
    this.buffer += piece;
    if (this.raw.length > MAX_CHARACTERS) throw new GenerationError('error', 'the answer does not end');
    this.check();
    if (!this.isReleased && this.raw.length < HOLD_CHARACTERS) return '';
    this.release();
    const end = lastBoundary(this.buffer);
    if (end === 0) return '';
    const ready = this.buffer.slice(0, end);
    this.buffer = this.buffer.slice(end);
    return this.clean(ready);
  }

  /** The rest, after the last piece. */
  end(): string {
    this.check();
    this.release();
    const rest = this.clean(this.buffer);
    this.buffer = '';
    return rest;
  }

  private check(): void {
    const plain = this.raw.toLowerCase().replace(/[^a-z0-9]/g, '');
    const hasCanary = this.marks.some(
      (mark) => plain.includes(mark.toLowerCase()) || this.raw.includes(mark),
    );
    const words = this.raw.replace(/\s+/g, ' ');
    if (hasCanary || this.secrets.some((secret) => words.includes(secret))) throw new GenerationError('leak');
  }

  private release(): void {
    if (this.isReleased) return;
    const language = detectLanguage(this.raw);
    if (language !== null && language !== this.options.language) throw new GenerationError('language');
    this.isReleased = true;
  }

  private clean(text: string): string {
    return text
      .split(/(?<=(?<!\s)[.!?。]\s{1,10}|\n)/)
      .map((sentence) => this.cleanSentence(sentence))
      .join('');
  }

  private cleanSentence(sentence: string): string {
    const { dangerVerdict, policies } = this.options;
    const tail = sentence.slice(sentence.trimEnd().length);
    if (dangerVerdict && contradictsDanger(sentence)) {
      if (this.isCorrected) return '';
      this.isCorrected = true;
      return `${dangerVerdict}${tail || ' '}`;
    }
    let text = this.filterCitations(withoutMarkup(sentence));
    text = text.replace(PHONE_LIKE, (phone) =>
      this.digits.has(phone.replace(/\D/g, '')) ? phone : this.options.removedText,
    );
    text = text.replace(/\S+/g, (word) => (this.isForeignLink(word) ? '' : word));
    // Prose has no blank before a full stop; a host that was taken apart has.
    text = text.replace(SPACED_HOST, (words) => (this.isForeignLink(words.replace(/\s/g, '')) ? '' : words));
    const personalData = maskPersonalData(text).found.filter(
      ({ value }) => !this.options.allowedText.includes(value),
    );
    for (const { type, value } of personalData) text = text.replace(value, `[${type}]`);
    const verdict = policies.apply(text, 'output');
    if (verdict.action === 'block')
      throw new GenerationError('policy', verdict.hits.map(({ id }) => id).join(', '));
    return verdict.text;
  }

  /** Keeps `[1]` when there is such a passage. */
  private filterCitations(text: string): string {
    return text.replace(/\s?\[(\d{1,3})\]/g, (mark, number) => {
      if (Number(number) < 1 || Number(number) > this.options.passages) return '';
      this.citedPassages.add(Number(number));
      return mark;
    });
  }

  private isForeignLink(word: string): boolean {
    if (/(?:javascript|data|vbscript|file|ftp|blob):/i.test(word)) return true;
    return findLinks(word).some((link) => !this.isGrounded(link));
  }

  /** Whether a passage or the question has the link, or one that begins with it, on the very same host. */
  private isGrounded(link: TextLink): boolean {
    const { host, path } = toPlace(link);
    return this.places.some((place) => place.host === host && place.path.startsWith(path));
  }
}

/** A host without `www.`, and the path behind it. */
function toPlace({ url, canonical }: TextLink): { host: string; path: string } {
  const path = url.replace(/^[a-z]+:\/\//i, '').replace(/^[^/?#]*/, '');
  return { host: canonical.host.replace(/^www\./, ''), path: path.toLowerCase().replace(/\/$/, '') };
}

/** Beside a dangerous URL nothing may be called safe, except the official way. */
function contradictsDanger(sentence: string): boolean {
  if (NOT_CLAIM.test(sentence)) return false;
  return SAFE_CLAIM.test(sentence) || (ENCOURAGEMENT.test(sentence) && !SAFE_WAYS.test(sentence));
}

function withoutMarkup(text: string): string {
  return text
    .replace(/!\[[^[\]]{0,500}\]\([^)]{0,2000}\)/g, '')
    .replace(/\[([^[\]]{1,500})\]\(([^)]{1,2000})\)/g, '$1 $2 ')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/\*\*|__|`{1,3}|^#{1,6}\s/gm, '');
}

/** A sentence ends only before white space: `example.com` is no end. */
function lastBoundary(text: string): number {
  let end = 0;
  for (const match of text.matchAll(/(?<!\s)[.!?。]\s|\n/g)) end = match.index + match[0].length;
  return end;
}

function listDigitRuns(text: string): Set<string> {
  const runs = [...(text.match(/\d[\d\s.()-]*\d/g) ?? []), ...(text.match(/\d+/g) ?? [])];
  return new Set([...runs, ...(text.match(PHONE_LIKE) ?? [])].map((run) => run.replace(/\D/g, '')));
}

/**
 * The forms in which the canary may be repeated: plain (spacing is removed before), reversed, or in base64 at any
 * offset.
 */
function listCanaryForms(canary: string): string[] {
  const encoded = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + canary)
      .toString('base64')
      .replace(/(?<!=)=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2),
  );
  return [canary, [...canary].reverse().join(''), ...encoded];
}

function toShingles(text: string): string[] {
  const words = text.replace(/\s+/g, ' ');
  const out: string[] = [];
  for (let start = 0; start + 60 <= words.length; start += 20) out.push(words.slice(start, start + 60));
  return out;
}
