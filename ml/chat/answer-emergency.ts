import type { AnswerChunk, AnswerDeps, DraftAnswer } from './answer-types.ts';
import type { ChatRequest } from './chat-engine-types.ts';
import { composeAnswer, joinParts, splitParagraphs, toSource } from './compose.ts';
import { findEmergency, listFurtherLines } from './emergency.ts';
import { findTopicDocument } from './extract.ts';
import type { MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { TopicHit } from './search.ts';
import type { StoryEvent } from './story.ts';

const LINK_TOPIC = 'clicked-link';
/** Here the topic is what the person needs, whatever else the message is about. */
const FIXED_TOPIC: readonly StoryEvent[] = ['despair', 'kidnap_call'];

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
  yield { intent: 'security_qa' };
  const hits = await findTopics(deps, request, analysis, emergency);
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
async function findTopics(
  deps: AnswerDeps,
  { turns }: ChatRequest,
  { question, language }: MessageAnalysis,
  emergency: ReturnType<typeof findEmergency>,
): Promise<TopicHit[]> {
  const last = turns.findLast(({ topic_id }) => topic_id)?.topic_id;
  const context: TopicHit[] = last ? [{ topic: last, score: 0.5 }] : [];
  const own: TopicHit[] = emergency ? [{ topic: emergency.topic, score: 1 }] : [];
  if (emergency && FIXED_TOPIC.includes(emergency.event)) return [...own, ...context];
  const found = await deps.search.find(question, language);
  if (!emergency) return found.hits.slice(0, 3);
  // A short statement that continues a story is about the loss, not about what its few words resemble.
  const isLong = turns.length === 0 || question.length > 40;
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
