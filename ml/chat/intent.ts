import { detectLanguage, type Language } from '../text/language.ts';
import { stripInvisible } from '../text/normalise.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import type { CompiledPolicies, PolicyVerdict } from '../text/policies.ts';
import type { ChatRequest, ChatTurn } from './chat-engine-types.ts';
import { findChatLinks } from './chat-links.ts';
import {
  asksForScan,
  type BareAct,
  detectBareAct,
  detectFollowUp,
  detectLanguageSwitch,
  detectSmallTalk,
  type FollowUp,
  type SmallTalk,
} from './dialogue.ts';
import { detectInjection } from './injection.ts';
import { isPastedMessage } from './pasted-message.ts';
import { readStory, type Story, type StoryEvent, tellStory } from './story.ts';
import { scoreSecurityWords } from './vocabulary.ts';

/**
 * What a message asks for, by its words and the last turns. A `question` is also checked against the scope of the
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
  | { kind: 'repeat'; turn: ChatTurn | null }
  | { kind: 'emergency' }
  | { kind: 'opened_only' }
  | { kind: 'pasted_message' }
  | { kind: 'question' };

export interface MessageAnalysis {
  act: DialogueAct;
  /** the language that was asked for, else the question's, else the caller's */
  language: Language;
  /** the message as it may be stored: personal data masked, no invisible characters */
  masked: string;
  /** the masked message without its URLs, for the search and the model */
  question: string;
  policy: PolicyVerdict;
  flags: string[];
  /** what this message says happened, completed by the conversation where it has no object */
  story: Story;
  /** what the whole conversation says happened */
  wholeStory: Story;
}

const MAX_URLS = 5;
/** A follow-up has no subject of its own: at most one weak word of the vocabulary. */
const MAX_SUBJECT_WEIGHT = 0.4;
const GENERIC_WORDS =
  /신고|제보|연락|전화|문의|상담|번호|위험|안전|조심|돈|경찰|\b(?:report\w*|call|contact|phone|number|danger\w*|safe|protect\w*|risk\w*|pay\w*|police|money)\b/gi;
/** Events that begin the answer; to have opened a link is answered like any question. */
const URGENT_EVENTS = (event: StoryEvent): boolean => event !== 'link_opened';

/** Analyzes a message: language, personal data, URLs, policies, prompt injection, story, intent. */
export function analyzeMessage(
  request: Pick<ChatRequest, 'message' | 'language' | 'turns'>,
  policies: CompiledPolicies,
): MessageAnalysis {
  const { message, turns } = request;
  const languageSwitch = detectLanguageSwitch(message);
  const language =
    languageSwitch?.language ?? findRequestedLanguage(turns) ?? detectLanguage(message) ?? request.language;
  const urls = listUrls(message);
  const policy = policies.apply(message, 'input');
  const { text: masked, found } = maskPersonalData(stripInvisible(policy.text));
  const isInjection = detectInjection(message).is_injection;
  const flags = [
    ...(isInjection ? ['prompt_injection'] : []),
    ...(found.length > 0 ? ['masked'] : []),
    ...policy.hits.map(({ id }) => `policy:${id}`),
  ];
  const story = completeStory(message, turns);
  const wholeStory = tellStory([...turns.map(({ user_message }) => user_message), message]);
  for (const event of story.events) wholeStory.events.add(event);
  const context = {
    message,
    urls,
    turns,
    isInjection,
    story,
    wholeStory,
    isRepeat: languageSwitch?.rest === '',
  };
  const act = policy.action === 'block' ? { kind: 'refused' as const } : detectDialogueAct(context);
  const question = withoutUrls(languageSwitch?.rest ? maskPersonalData(languageSwitch.rest).text : masked);
  return { act, language, masked, question, policy, flags, story, wholeStory };
}

/** The language that an earlier message of this conversation asked for. */
function findRequestedLanguage(turns: readonly ChatTurn[]): Language | null {
  for (const { user_message } of turns.toReversed()) {
    const asked = detectLanguageSwitch(user_message);
    if (asked) return asked.language;
  }
  return null;
}

/** What a bare statement is about, by the topic of the turn before: `이미 줬어` after a question about codes. */
const BARE_EVENTS: Record<BareAct, (topic: string) => StoryEvent | null> = {
  installed: (topic) => (/remote|tech-support/.test(topic) ? 'remote_control' : 'app_installed'),
  opened: () => 'link_opened',
  entered: (topic) =>
    /fake-shop|delivery|travel|refund|fake-payment/.test(topic) ? 'card_given' : 'password_given',
  sent: (topic) => toGivenThing(topic) ?? 'money_sent',
  gave: (topic) =>
    toGivenThing(topic) ?? (/scam|vishing|impersonation|kidnap|sextortion/.test(topic) ? 'money_sent' : null),
};

function toGivenThing(topic: string): StoryEvent | null {
  if (/otp|two-factor|mfa|passkey/.test(topic)) return 'code_given';
  if (/id-photo|identity/.test(topic)) return 'id_given';
  if (/gift-card/.test(topic)) return 'gift_card_sent';
  return null;
}

const GIFT_CARD = /기프트\s?카드|상품권|\bgift ?cards?\b/i;

function completeStory(message: string, turns: readonly ChatTurn[]): Story {
  const story = readStory(message);
  const topic = turns.at(-1)?.topic_id;
  if (story.events.delete('code_given'))
    story.events.add(
      turns.some(({ user_message }) => GIFT_CARD.test(user_message)) ? 'gift_card_sent' : 'code_given',
    );
  const bareAct = story.events.size === 0 && topic ? detectBareAct(message) : null;
  const event = bareAct && topic ? BARE_EVENTS[bareAct](topic) : null;
  if (event) story.events.add(event);
  return story;
}

interface MessageContext {
  message: string;
  urls: string[];
  turns: readonly ChatTurn[];
  isInjection: boolean;
  story: Story;
  wholeStory: Story;
  /** only another language is asked for */
  isRepeat: boolean;
}

function detectDialogueAct(context: MessageContext): DialogueAct {
  const { message, urls, turns, isInjection, story, wholeStory, isRepeat } = context;
  if (urls.length > 0) return { kind: 'scan', urls };
  if (story.events.has('despair')) return { kind: 'emergency' };
  if (isInjection) return { kind: 'orders' };
  if (isPastedMessage(message)) return { kind: 'pasted_message' };
  if (isRepeat) return { kind: 'repeat', turn: turns.findLast(({ topic_id }) => topic_id) ?? null };
  if ([...story.events].some(URGENT_EVENTS)) return { kind: 'emergency' };
  if (story.denials.size > 0 && isOnlyOpened(wholeStory, turns)) return { kind: 'opened_only' };
  const words = scoreSecurityWords(message);
  const smallTalk = detectSmallTalk(message);
  if (smallTalk && words < 1) return { kind: 'small_talk', smallTalk };
  if (asksForScan(message)) return { kind: 'scan_wanted' };
  return detectContinuation(message, turns, wholeStory) ?? { kind: 'question' };
}

const GIVEN_EVENTS: readonly StoryEvent[] = [
  'money_sent', 'code_given', 'card_given', 'password_given', 'id_given', 'app_installed', 'remote_control', 'gift_card_sent',
]; // biome-ignore format: a list reads better in one line

/** Whether a link was opened and nothing given away. */
function isOnlyOpened({ events }: Story, turns: readonly ChatTurn[]): boolean {
  if (GIVEN_EVENTS.some((event) => events.has(event))) return false;
  return events.has('link_opened') || turns.at(-1)?.topic_id === 'clicked-link';
}

function detectContinuation(
  message: string,
  turns: readonly ChatTurn[],
  wholeStory: Story,
): DialogueAct | null {
  const hasSubject = scoreSecurityWords(message.replace(GENERIC_WORDS, ' ')) > MAX_SUBJECT_WEIGHT;
  const followUp = hasSubject ? null : detectFollowUp(message);
  if (!followUp) return null;
  const turn = turns.at(-1);
  if (turn?.intent_type === 'url_analysis' && followUp !== 'steps' && followUp !== 'contact') {
    const earlierUrls = listUrls(turn.user_message);
    if (earlierUrls.length > 0) return { kind: 'scan_again', urls: earlierUrls };
  }
  if (followUp === 'safe' && wholeStory.denials.size > 0 && isOnlyOpened(wholeStory, turns))
    return { kind: 'opened_only' };
  // Small talk in between does not end the story.
  const about = turns.findLast(({ topic_id }) => topic_id);
  if (about?.topic_id) return { kind: 'follow_up', followUp, topic: about.topic_id, turn: about };
  return followUp === 'why' || followUp === 'more' || followUp === 'sure' || followUp === 'affected'
    ? { kind: 'lost_follow_up' }
    : null;
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
