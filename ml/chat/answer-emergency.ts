import { answerSecurityQuestion } from './answer-question.ts';
import type { AnswerChunk, AnswerDeps, DraftAnswer } from './answer-types.ts';
import type { ChatRequest } from './chat-engine-types.ts';
import { composeAnswer, joinParts, splitParagraphs, toSource } from './compose.ts';
import { findEmergency, listFurtherLines } from './emergency.ts';
import { findTopicDocument } from './extract.ts';
import type { MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { SearchResult, TopicHit } from './search.ts';
import type { StoryEvent } from './story.ts';

const LINK_TOPIC = 'clicked-link';
/** Here the topic is what the person needs, whatever else the message is about. */
const FIXED_TOPIC: readonly StoryEvent[] = ['despair', 'kidnap_call'];

/** What is an emergency whatever else is said. */
const ALWAYS: readonly StoryEvent[] = [
  'despair',
  'kidnap_call',
  'image_threat',
  'threat',
  'remote_control',
  'paying_now',
];
/** To have paid a rent is no emergency: without a story before it, a payment must have to do with the subject. */
const MIN_SCOPE = 0.3;
/** Words of somebody who tells what they wish undone. */
const REGRET = /이미|벌써|실수로|어떡해|어떡하|\b(?:already|by mistake|accidentally)\b/i;
/** Letters from which on a message says what kind of fraud it was. */
const MIN_LENGTH = { ko: 22, en: 45 };
/** A topic is clear when the next one is much less probable. */
const MAX_SECOND = 0.5;
/** Topics whose steps are for somebody else than who has just lost something. */
const OTHER_STEPS = new Set(['recovery-scam', 'lost-card', 'emergency-kr', 'fake-payment-text']);

/** Answers somebody to whom something has just happened: the number and the next step come first, then the steps. */
export async function* answerEmergency(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  const { language, question, story } = analysis;
  const emergency = findEmergency(request.message, story, language);
  const found = await deps.search.find(question, language);
  const isOrdinary = emergency === null || !(ALWAYS.includes(emergency.event) || REGRET.test(question));
  if (isOrdinary && found.scope < MIN_SCOPE && !request.turns.some(({ topic_id }) => topic_id))
    return yield* answerSecurityQuestion(deps, request, analysis);
  yield { intent: 'security_qa' };
  const hits = findTopics(deps, request, analysis, emergency, found);
  const lines = emergency ? [emergency.line, ...listFurtherLines(story, emergency.event, language)] : [];
  for (const line of lines) yield { text: `${line}\n\n` };
  const composed = composeAnswer(deps.documents, {
    question,
    language,
    hits,
    turns: request.turns,
    section: 'do',
  });
  const text = joinParts(composed.lead, composed.rest);
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text: joinParts(...lines, text), sources: composed.sources, topic_id: composed.topic };
}

/** The topic that the message is about, when it is clear, otherwise that of the emergency, in the light of the last turn. */
function findTopics(
  deps: AnswerDeps,
  { turns }: ChatRequest,
  { question, language }: MessageAnalysis,
  emergency: ReturnType<typeof findEmergency>,
  found: SearchResult,
): TopicHit[] {
  const last = turns.findLast(({ topic_id }) => topic_id)?.topic_id;
  const context: TopicHit[] = last ? [{ topic: last, score: 0.5 }] : [];
  const own: TopicHit[] = emergency ? [{ topic: emergency.topic, score: 1 }] : [];
  if (emergency && FIXED_TOPIC.includes(emergency.event)) return [...own, ...context];
  if (!emergency) return found.hits.slice(0, 3);
  // A short statement that continues a story is about the loss, not about what its few words resemble.
  const isLong = question.length >= MIN_LENGTH[language] && (turns.length === 0 || question.length > 40);
  const [best, second] = found.hits;
  const isClear = found.inScope && isLong && best !== undefined && (second?.score ?? 0) < MAX_SECOND;
  const document = best && findTopicDocument(deps.documents, best.topic, language);
  const hasSteps = document?.incident === true && !OTHER_STEPS.has(document.id);
  return isClear && hasSteps ? [best, ...own] : [...own, ...(isClear ? [best] : context)];
}

/** Answers somebody who opened a link and gave nothing away. */
export async function* answerOpenedOnly(
  deps: AnswerDeps,
  { language }: MessageAnalysis,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  yield { intent: 'security_qa' };
  const text = PHRASES[language].openedOnly;
  yield { text };
  const document = findTopicDocument(deps.documents, LINK_TOPIC, language);
  const passage = document?.sections.find(({ kind }) => kind === 'what')?.blocks[1] ?? '';
  return { text, topic_id: LINK_TOPIC, ...(document ? { sources: [toSource(document, passage)] } : {}) };
}
