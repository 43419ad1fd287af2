import { answerWithPhrase } from './answer-phrase.ts';
import type { AnswerChunk, AnswerDeps, DraftAnswer } from './answer-types.ts';
import type { ChatRequest } from './chat-engine-types.ts';
import { composeAnswer, joinParts, splitParagraphs } from './compose.ts';
import { dependsOnLastTurn, type FollowUp } from './dialogue.ts';
import { findTopicDocument } from './extract.ts';
import type { MessageAnalysis } from './intent.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import { PHRASES } from './phrases.ts';
import type { SearchResult, TopicHit } from './search.ts';
import { splitQuestion } from './split-question.ts';
import type { StoryEvent } from './story.ts';
import { scoreSecurityWords } from './vocabulary.ts';

/** A question in scope is about its topic; one that is nearly so and continues the talk is read with the last one. */
const MAYBE_IN_SCOPE = 0.15;
const NEARLY_IN_SCOPE = 0.3;

export async function* answerSecurityQuestion(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  const { language } = analysis;
  const phrases = PHRASES[language];
  const parts = await findParts(deps, analysis);
  if (parts) return yield* answerParts(deps, request, analysis, parts);
  const { question, result } = await findWithContext(deps, request, analysis);
  if (result.inScope)
    return yield* answerFromKnowledge(deps, request, analysis, { question, hits: result.hits });
  if (scoreSecurityWords(question) < 1) return yield* answerWithPhrase('general_chat', phrases.offTopic);
  const titles = result.hits
    .slice(0, 3)
    .flatMap(({ topic }) => findTopicDocument(deps.documents, topic, language)?.title ?? []);
  return yield* answerWithPhrase(
    'security_qa',
    `${phrases.notFound}\n\n${phrases.nearest(titles.join(', '))}`,
  );
}

/** Searches for the question by itself, and together with the last one when it only makes sense with it. */
async function findWithContext(
  deps: AnswerDeps,
  { turns }: ChatRequest,
  { question, language }: MessageAnalysis,
): Promise<{ question: string; result: SearchResult }> {
  const result = await deps.search.find(question, language);
  const turn = turns.findLast(({ topic_id }) => topic_id);
  const continues = turn !== undefined && (dependsOnLastTurn(question) || result.scope >= MAYBE_IN_SCOPE);
  if (result.inScope || !continues) return { question, result };
  const together = `${turn.user_message} ${question}`;
  const rewritten = await deps.search.find(together, language);
  if (!rewritten.inScope) return { question: together, result: rewritten };
  // The new words are nearly enough by themselves, and they are what the whole is about.
  const own = result.hits[0]?.topic;
  const agrees = rewritten.hits.slice(0, 3).some(({ topic }) => topic === own);
  if (result.scope >= NEARLY_IN_SCOPE && agrees) return { question, result: { ...result, inScope: true } };
  // The talk stays on its topic unless the new words point elsewhere.
  const hits = [
    { topic: turn.topic_id!, score: 1 },
    ...rewritten.hits.filter(({ topic }) => topic !== turn.topic_id),
  ];
  return { question: together, result: { ...rewritten, hits } };
}

interface QuestionPart {
  question: string;
  hits: TopicHit[];
}

/** The two questions of a message, when each is in scope and they are about different topics. */
async function findParts(
  deps: AnswerDeps,
  { question, language }: MessageAnalysis,
): Promise<QuestionPart[] | null> {
  const questions = splitQuestion(question);
  if (questions.length < 2) return null;
  const parts: QuestionPart[] = [];
  for (const part of questions.slice(0, 3)) {
    const { inScope, hits } = await deps.search.find(part, language);
    const isNew = !parts.some((other) =>
      other.hits.slice(0, 2).some(({ topic }) => topic === hits[0]?.topic),
    );
    if (inScope && isNew) parts.push({ question: part, hits });
  }
  return parts.length >= 2 ? parts.slice(0, 2) : null;
}

async function* answerParts(
  deps: AnswerDeps,
  { turns }: ChatRequest,
  { language }: MessageAnalysis,
  parts: readonly QuestionPart[],
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  yield { intent: 'security_qa' };
  const composed = parts.map(({ question, hits }, i) => {
    const answer = composeAnswer(deps.documents, { question, language, hits, turns, isPart: true });
    const title = answer.topic ? findTopicDocument(deps.documents, answer.topic, language)?.title : undefined;
    return { ...answer, text: joinParts(`${i + 1}) ${title ?? question}`, answer.lead, answer.rest) };
  });
  const text = joinParts(...composed.map((part) => part.text));
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text, sources: composed.flatMap(({ sources }) => sources), topic_id: composed[0]?.topic ?? null };
}

export interface KnowledgeQuestion {
  question: string;
  hits: readonly TopicHit[];
  followUp?: FollowUp | undefined;
  /** a sentence of the chatbot's own before the answer */
  opening?: string | undefined;
}

/** Answers a follow-up about the topic of the conversation. */
export async function* answerTopic(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
  { question, topic, followUp }: { question: string; topic: string; followUp?: FollowUp },
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  const document = findTopicDocument(deps.documents, topic, analysis.language);
  const isFraud = document !== undefined && (document.incident || FRAUD.test(topic));
  if (followUp === 'pay' && !isFraud)
    return yield* answerSecurityQuestion(deps, request, { ...analysis, act: { kind: 'question' } });
  const opening = document ? toOpening(document, analysis, followUp) : undefined;
  const hits = [{ topic, score: 1 }];
  return yield* answerFromKnowledge(deps, request, analysis, { question, hits, followUp, opening });
}

const FRAUD = /scam|phish|vish|smish|ransom|impersonation|shop|mule/;
const LOSSES: readonly StoryEvent[] = [
  'money_sent', 'code_given', 'card_given', 'password_given', 'id_given', 'app_installed', 'remote_control',
]; // biome-ignore format: a list reads better in one line

function toOpening(
  { lang }: KnowledgeDocument,
  { wholeStory }: MessageAnalysis,
  followUp: FollowUp | undefined,
): string | undefined {
  const phrases = PHRASES[lang];
  if (followUp === 'pay') return phrases.dontPay;
  if (followUp !== 'safe') return undefined;
  return LOSSES.some((event) => wholeStory.events.has(event)) ? phrases.notSafeYet : phrases.cannotTell;
}

export async function* answerFromKnowledge(
  deps: AnswerDeps,
  request: ChatRequest,
  { language, wholeStory }: MessageAnalysis,
  { question, hits, followUp, opening = '' }: KnowledgeQuestion,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  yield { intent: 'security_qa' };
  const hasLoss = followUp === 'safe' && LOSSES.some((event) => wholeStory.events.has(event));
  const composed = composeAnswer(deps.documents, {
    question,
    language,
    hits,
    turns: request.turns,
    followUp,
    section: hasLoss ? 'do' : undefined,
  });
  // After an opening sentence the steps are the answer.
  const lead = followUp === 'pay' || hasLoss ? '' : composed.lead;
  const text = joinParts(opening, lead, composed.rest);
  for (const piece of splitParagraphs(text)) yield { text: piece };
  const revisable = opening === '' ? { lead, passages: composed.passages } : undefined;
  return { text, sources: composed.sources, topic_id: composed.topic, revisable };
}
