import {
  type ChatAnswer,
  type ChatEvent,
  type ChatRequest,
  type IntentType,
  type ScanAnswer,
  TOOL_BY_INTENT,
} from './chat-engine-types.ts';
import { type ComposeDeps, composeAnswer, splitParagraphs } from './compose.ts';
import { dependsOnLastTurn } from './dialogue.ts';
import { extractAnswer, listWantedSections, toDocument } from './extract.ts';
import { analyzeMessage, type MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { Search, SearchResult } from './search.ts';
import { describeScans, findWorstVerdict, toVerdict } from './verdict.ts';
import { scoreSecurityWords } from './vocabulary.ts';

export interface AnswerDeps extends ComposeDeps {
  search: Search;
}

/** The topic for a person who sends a URL and asks for help without saying more. */
const CLICKED_LINK_TOPIC = 'clicked-link';

type AnswerResult = Partial<Pick<ChatAnswer, 'analysis_result' | 'sources' | 'engine' | 'topic_id'>> & {
  text: string;
};
type AnswerChunk = { intent: IntentType } | { text: string };

/** Answers one message. Throws only when the caller disconnects, or when the scanner or the policies throw. */
export async function* answerMessage(parts: AnswerDeps, request: ChatRequest): AsyncGenerator<ChatEvent> {
  const reading = analyzeMessage(request, parts.policies());
  let intent: IntentType = 'general_chat';
  const steps = respond(parts, request, reading);
  for (let step = await steps.next(); ; step = await steps.next()) {
    request.signal?.throwIfAborted();
    if (step.done) {
      yield { type: 'done', answer: finishAnswer(reading, intent, step.value) };
      return;
    }
    if ('intent' in step.value) {
      intent = step.value.intent;
      yield { type: 'intent', intent_type: intent, tool_used: TOOL_BY_INTENT[intent] };
    } else if (step.value.text !== '') yield { type: 'token', text: step.value.text };
  }
}

function finishAnswer(
  reading: MessageAnalysis,
  intent: IntentType,
  { text, ...rest }: AnswerResult,
): ChatAnswer {
  return {
    user_message: reading.masked,
    bot_response: text.trim(),
    intent_type: intent,
    tool_used: TOOL_BY_INTENT[intent],
    engine: 'extractive',
    language: reading.language,
    topic_id: null,
    flags: reading.flags,
    ...rest,
  };
}

async function* respond(
  parts: AnswerDeps,
  request: ChatRequest,
  reading: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const { act: wish, language } = reading;
  const phrases = PHRASES[language];
  switch (wish.kind) {
    case 'refused':
      return yield* answerWithRefusal(parts, reading);
    case 'scan':
    case 'scan_again':
      return yield* answerWithScan(parts, request, reading, wish.urls, wish.kind === 'scan_again');
    case 'scan_wanted':
      return yield* answerWithPhrase('url_analysis', phrases.askForUrl);
    case 'small_talk':
      return yield* answerWithPhrase('general_chat', phrases.smallTalk[wish.talk]);
    case 'orders':
      return yield* answerWithPhrase('general_chat', phrases.injection);
    case 'lost_follow_up':
      return yield* answerWithPhrase('general_chat', phrases.noFollowUp);
    case 'follow_up': {
      yield { intent: 'security_qa' };
      const question = `${wish.turn.user_message} ${reading.question}`;
      const hits = [{ topic: wish.topic, score: 1 }];
      return yield* answerFromKnowledge(parts, { request, reading, question, hits, followUp: wish.about });
    }
    case 'question':
      return yield* answerQuestion(parts, request, reading);
  }
}

async function* answerQuestion(
  parts: AnswerDeps,
  request: ChatRequest,
  reading: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const phrases = PHRASES[reading.language];
  const turn = request.turns.at(-1);
  let question = reading.question;
  let found: SearchResult = await parts.search.find(question, reading.language);
  if (!found.inScope && turn?.intent_type === 'security_qa' && dependsOnLastTurn(question)) {
    question = `${turn.user_message} ${question}`;
    found = await parts.search.find(question, reading.language);
  }
  if (found.inScope) {
    yield { intent: 'security_qa' };
    return yield* answerFromKnowledge(parts, { request, reading, question, hits: found.hits });
  }
  if (scoreSecurityWords(question) < 1) return yield* answerWithPhrase('general_chat', phrases.offTopic);
  const titles = found.hits
    .slice(0, 3)
    .flatMap(({ topic }) => toDocument(parts.documents, topic, reading.language)?.title ?? []);
  return yield* answerWithPhrase(
    'security_qa',
    `${phrases.notFound}\n\n${phrases.nearest(titles.join(', '))}`,
  );
}

interface KnowledgeAnswer {
  request: ChatRequest;
  reading: MessageAnalysis;
  question: string;
  hits: SearchResult['hits'];
  followUp?: Parameters<typeof composeAnswer>[1]['followUp'];
  verdict?: string;
  dangerVerdict?: string | null;
}

async function* answerFromKnowledge(
  parts: AnswerDeps,
  input: KnowledgeAnswer,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const { request, reading, question, hits, followUp, verdict = '', dangerVerdict = null } = input;
  const { language } = reading;
  const { turns, signal } = request;
  const pieces = composeAnswer(parts, {
    question,
    language,
    hits,
    turns,
    followUp,
    verdict,
    dangerVerdict,
    signal,
  });
  for (let next = await pieces.next(); ; next = await pieces.next()) {
    if (next.done) return { ...next.value, topic_id: hits[0]?.topic ?? null };
    yield { text: next.value };
  }
}

async function* answerWithScan(
  parts: AnswerDeps,
  request: ChatRequest,
  reading: MessageAnalysis,
  urls: string[],
  again: boolean,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  yield { intent: 'url_analysis' };
  const { language, question } = reading;
  const outcomes: ScanAnswer[] = await request.scanUrls(urls, language);
  const worst = findWorstVerdict(outcomes);
  const verdict = describeScans(outcomes, language);
  for (const text of splitParagraphs(verdict)) yield { text };
  const scanned: AnswerResult = { text: verdict };
  if (worst) scanned.analysis_result = { url: worst.url, result: worst.result, confidence: worst.confidence };
  const wanted = again ? 'any' : listWantedSections(question);
  if (wanted !== 'do' && wanted !== 'call') return scanned;
  const words = question.replace(/\(URL \d+\)/g, ' ');
  const found = await parts.search.find(words, language);
  const met = found.hits.slice(0, 5).some(({ topic }) => topic === CLICKED_LINK_TOPIC);
  const hits = found.inScope && !met ? found.hits : [{ topic: CLICKED_LINK_TOPIC, score: 1 }];
  yield { text: '\n\n' };
  const dangerVerdict = worst?.result === 'dangerous' ? toVerdict(worst, language) : null;
  const help = yield* answerFromKnowledge(parts, {
    request,
    reading,
    question,
    hits,
    verdict,
    dangerVerdict,
  });
  return { ...help, ...scanned, text: `${verdict}\n\n${help.text}` };
}

/** Refuses to help with an attack, and offers how to recognize and stop it. */
async function* answerWithRefusal(
  parts: AnswerDeps,
  reading: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const phrases = PHRASES[reading.language];
  const found = await parts.search.find(reading.question, reading.language);
  const topic = found.inScope ? found.hits[0]?.topic : undefined;
  const document = topic ? toDocument(parts.documents, topic, reading.language) : undefined;
  if (!document) return yield* answerWithPhrase('general_chat', phrases.refusal);
  const help = extractAnswer({ question: '', document, others: [], followUp: 'signs' });
  const said = yield* answerWithPhrase(
    'general_chat',
    `${phrases.refusal}\n\n${phrases.refusalHelp(document.title)}\n${help}`,
  );
  return { ...said, sources: [{ id: document.id, title: document.title }], topic_id: document.id };
}

async function* answerWithPhrase(
  intent: IntentType,
  text: string,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  yield { intent };
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text };
}
