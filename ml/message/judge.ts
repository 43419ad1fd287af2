/** Judges a whole message (`POST /scan/message`). */

import { detectLanguage } from '../text/language.ts';
import type { MessageClassifier } from './classifier.ts';
import { toSpan } from './fold.ts';
import { KIND_TOPICS, toKind } from './kinds.ts';
import type { JudgedLink } from './links.ts';
import { factNames, type LinkJudge, type MessageFacts, type MessageInput, readMessage } from './read.ts';
import { type MessageReasonCode, messageReasonText } from './reason-texts.ts';
import type { WeighedReason } from './sign-reader.ts';
import type { MessageKind } from './signs.ts';
import { MESSAGE_THRESHOLDS, weighMessage } from './weigh.ts';

export interface MessageReason {
  code: MessageReasonCode;
  /** a sentence in the language of the request */
  text: string;
  /**
   * the part of the message that the reason is about, from `start` to `end` (UTF-16 offsets, `end` exclusive); '' at
   * 0 for the whole message
   */
  part: string;
  start: number;
  end: number;
}

export interface MessageClaim {
  brand: string;
  name: string;
  official_domains: string[];
}

export interface MessageVerdict {
  verdict: 'safe' | 'caution' | 'dangerous';
  /** 0–1; `dangerous` from 0.5, `caution` from 0.2 */
  risk_score: number;
  kind: MessageKind;
  /** highest weight first; unless `safe`, at least one names a part */
  reasons: MessageReason[];
  /** the links with their verdicts and owners */
  links: JudgedLink[];
  claims: MessageClaim[];
  /** a page of the knowledge base that says what to do */
  topic_id: string | null;
  model_version: string;
}

export interface MessageJudge extends LinkJudge {
  classifier: MessageClassifier;
}

export interface JudgeMessageInput extends MessageInput {
  /** language of the reasons; by default the language of the message */
  language?: 'ko' | 'en';
}

/** Characters that suffice to detect the language. */
const LANGUAGE_SAMPLE_CHARS = 500;

const MAX_REASONS = 8;
const MAX_CLAIMS = 10;
const MAX_DOMAINS = 20;

function toVerdict(risk: number): MessageVerdict['verdict'] {
  if (risk >= MESSAGE_THRESHOLDS.dangerous) return 'dangerous';
  return risk >= MESSAGE_THRESHOLDS.caution ? 'caution' : 'safe';
}

/**
 * Judges a message by its links, the institutions it names, its requests and its wording. Nothing is fetched. Rejects
 * only when `judgeUrl` does. Takes some milliseconds at most for 10,000 characters, besides the verdicts of links.
 */
export async function judgeMessage(input: JudgeMessageInput, judge: MessageJudge): Promise<MessageVerdict> {
  const { classifier } = judge;
  const facts = await readMessage(input, judge);
  const score = classifier.score(facts.message.text, factNames(facts));
  const { risk, reasons } = weighMessage(facts, score, input.sender);
  const verdict = toVerdict(risk);
  const language =
    input.language ?? detectLanguage(facts.message.text.slice(0, LANGUAGE_SAMPLE_CHARS)) ?? 'en';
  const shownReasons =
    verdict === 'safe' ? safeReasons(facts) : addWording(reasons, facts, score, classifier);
  const kind = verdict === 'safe' ? 'none' : toKind(facts.signs, facts.claims, facts.message.text);
  return {
    verdict,
    risk_score: Math.round(risk * 1000) / 1000,
    kind,
    reasons: shownReasons.slice(0, MAX_REASONS).map(({ code, part, start, end, params }) => {
      const text = messageReasonText({ code, part, ...(params ? { params } : {}) }, language);
      return { code, text, part, start, end };
    }),
    links: [...facts.links],
    claims: toClaims(facts, language),
    topic_id: kind === 'none' ? (verdict === 'dangerous' ? 'smishing' : null) : KIND_TOPICS[kind],
    model_version: classifier.model_version,
  };
}

/** Adds the words with the highest weight in the model: after the reasons of rules, or alone when there are none. */
function addWording(
  reasons: readonly WeighedReason[],
  { message }: MessageFacts,
  score: { smishing: number; spam: number },
  classifier: MessageClassifier,
): Omit<WeighedReason, 'weight' | 'risk'>[] {
  const isExplained = reasons.some(({ weight, code }) => weight >= 0.5 && code !== 'advertisement');
  const isAdvertising = score.spam > score.smishing;
  const words = isExplained
    ? null
    : classifier.findHeaviestWords(message.text, isAdvertising ? 'spam' : 'smishing');
  const code = isAdvertising ? 'advertising_wording' : 'fraud_wording';
  const wordingReasons = words ? [{ code, ...toSpan(message, words.start, words.end) } as const] : [];
  const all = [...reasons, ...wordingReasons];
  if (all.length > 0) return all;
  const end = Math.min(message.text.length, 200);
  return [{ code, ...(end > 0 ? toSpan(message, 0, end) : { part: '', start: 0, end: 0 }) }];
}

function safeReasons({ links, message }: MessageFacts): Omit<WeighedReason, 'weight' | 'risk'>[] {
  const nothingFound = { code: 'nothing_found', part: '', start: 0, end: 0 } as const;
  const link = links.find(({ institution }) => institution !== null);
  const owner = link?.institution;
  if (!link || !owner) return [nothingFound];
  const span = { part: message.original.slice(link.start, link.end), start: link.start, end: link.end };
  return [
    { code: 'official_link', ...span, params: { name: owner.name, name_ko: owner.name_ko } },
    nothingFound,
  ];
}

function toClaims({ claims }: MessageFacts, language: 'ko' | 'en'): MessageClaim[] {
  return claims.slice(0, MAX_CLAIMS).map(({ institutions }) => {
    const [first] = institutions;
    const domains = new Set(institutions.flatMap((one) => one.domains));
    return {
      brand: first!.id,
      name: language === 'ko' ? first!.name_ko : first!.name,
      official_domains: [...domains].slice(0, MAX_DOMAINS),
    };
  });
}
