import { detectLanguage, type Language } from '../text/language.ts';
import { stripInvisible } from '../text/normalise.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import type { CompiledPolicies, PolicyVerdict } from '../text/policies.ts';
import type { ChatRequest, ChatTurn } from './chat-engine-types.ts';
import { findChatLinks } from './chat-links.ts';
import { asksForScan, detectFollowUp, detectSmallTalk, type FollowUp, type SmallTalk } from './dialogue.ts';
import { detectInjection } from './injection.ts';
import { isPastedMessage } from './pasted-message.ts';
import { scoreSecurityWords } from './vocabulary.ts';

/**
 * What a message asks for, by its words and the last turn. A `question` is also checked against the scope of the
 * knowledge base.
 */
export type DialogueAct =
  | { kind: 'refused' }
  | { kind: 'scan'; urls: string[] }
  | { kind: 'scan_wanted' }
  | { kind: 'scan_again'; urls: string[] }
  | { kind: 'small_talk'; smallTalk: SmallTalk }
  | { kind: 'orders' }
  | { kind: 'follow_up'; followUp: FollowUp; topic: string; turn: ChatTurn }
  | { kind: 'lost_follow_up' }
  | { kind: 'pasted_message' }
  | { kind: 'question' };

export interface MessageAnalysis {
  act: DialogueAct;
  /** the question's language, else the caller's */
  language: Language;
  /** the message as it may be stored: personal data masked, no invisible characters */
  masked: string;
  /** the masked message without its URLs, for the search and the model */
  question: string;
  policy: PolicyVerdict;
  flags: string[];
}

const MAX_URLS = 5;
/** A follow-up has no subject of its own: at most one weak word of the vocabulary. */
const MAX_SUBJECT_WEIGHT = 0.4;
const GENERIC_WORDS =
  /신고|제보|연락|전화|문의|상담|번호|위험|안전|조심|\b(?:report\w*|call|contact|phone|number|danger\w*|safe|protect\w*|risk\w*)\b/gi;

/** Analyzes a message: language, personal data, URLs, policies, prompt injection, intent. */
export function analyzeMessage(
  request: Pick<ChatRequest, 'message' | 'language' | 'turns'>,
  policies: CompiledPolicies,
): MessageAnalysis {
  const { message, turns } = request;
  const language = detectLanguage(message) ?? request.language;
  const urls = listUrls(message);
  const policy = policies.apply(message, 'input');
  const { text: masked, found } = maskPersonalData(stripInvisible(policy.text));
  const isInjection = detectInjection(message).is_injection;
  const flags = [
    ...(isInjection ? ['prompt_injection'] : []),
    ...(found.length > 0 ? ['masked'] : []),
    ...policy.hits.map(({ id }) => `policy:${id}`),
  ];
  const act =
    policy.action === 'block'
      ? { kind: 'refused' as const }
      : detectDialogueAct(message, urls, turns, isInjection);
  return { act, language, masked, question: withoutUrls(masked), policy, flags };
}

function detectDialogueAct(
  message: string,
  urls: string[],
  turns: readonly ChatTurn[],
  isInjection: boolean,
): DialogueAct {
  if (urls.length > 0) return { kind: 'scan', urls };
  if (isInjection) return { kind: 'orders' };
  if (isPastedMessage(message)) return { kind: 'pasted_message' };
  const words = scoreSecurityWords(message);
  const smallTalk = detectSmallTalk(message);
  if (smallTalk && words < 1) return { kind: 'small_talk', smallTalk };
  if (asksForScan(message)) return { kind: 'scan_wanted' };
  const followUp =
    scoreSecurityWords(message.replace(GENERIC_WORDS, ' ')) <= MAX_SUBJECT_WEIGHT
      ? detectFollowUp(message)
      : null;
  if (!followUp) return { kind: 'question' };
  const turn = turns.at(-1);
  if (turn?.intent_type === 'url_analysis') {
    const earlierUrls = listUrls(turn.user_message);
    if (earlierUrls.length > 0) return { kind: 'scan_again', urls: earlierUrls };
  }
  if (turn?.topic_id) return { kind: 'follow_up', followUp, topic: turn.topic_id, turn };
  return followUp === 'why' || followUp === 'more' || followUp === 'sure'
    ? { kind: 'lost_follow_up' }
    : { kind: 'question' };
}

function listUrls(message: string): string[] {
  return findChatLinks(message)
    .slice(0, MAX_URLS)
    .map(({ url }) => url);
}

/** Replaces URLs by numbers, so that text in a URL cannot instruct the model. */
function withoutUrls(text: string): string {
  let rest = '';
  let from = 0;
  for (const [i, { start, end }] of findChatLinks(text).entries()) {
    if (start < from) continue;
    rest += `${text.slice(from, start)}(URL ${i + 1})`;
    from = end;
  }
  return rest + text.slice(from);
}
