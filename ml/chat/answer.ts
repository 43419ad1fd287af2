import {
  type ChatAnswer,
  type ChatEvent,
  type ChatRequest,
  type IntentType,
  type ScanAnswer,
  TOOL_OF,
} from './chat-engine-types.ts';
import { type ComposeParts, composeAnswer, paragraphs } from './compose.ts';
import { leansOnLastTurn } from './dialogue.ts';
import { extractAnswer, listWantedSections, toDocument } from './extract.ts';
import { type Reading, readMessage } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { Search, SearchResult } from './search.ts';
import { describeScans, findWorstVerdict, toVerdict } from './verdict.ts';
import { securityWords } from './vocabulary.ts';

export interface AnswerParts extends ComposeParts {
  search: Search;
}

/** What someone needs who asks for help beside a URL and says no more. */
const AFTER_A_LINK = 'clicked-link';

type Ending = Partial<Pick<ChatAnswer, 'analysis_result' | 'sources' | 'engine' | 'topic_id'>> & {
  text: string;
};
type Piece = { intent: IntentType } | { text: string };

/** Answers one message. The only thing that throws is the caller's leaving, the scanner, or the policies. */
export async function* answerMessage(parts: AnswerParts, request: ChatRequest): AsyncGenerator<ChatEvent> {
  const reading = readMessage(request, parts.policies());
  let intent: IntentType = 'general_chat';
  const steps = respond(parts, request, reading);
  for (let step = await steps.next(); ; step = await steps.next()) {
    request.signal?.throwIfAborted();
    if (step.done) {
      yield { type: 'done', answer: finish(reading, intent, step.value) };
      return;
    }
    if ('intent' in step.value) {
      intent = step.value.intent;
      yield { type: 'intent', intent_type: intent, tool_used: TOOL_OF[intent] };
    } else if (step.value.text !== '') yield { type: 'token', text: step.value.text };
  }
}

function finish(reading: Reading, intent: IntentType, { text, ...rest }: Ending): ChatAnswer {
  return {
    user_message: reading.masked,
    bot_response: text.trim(),
    intent_type: intent,
    tool_used: TOOL_OF[intent],
    engine: 'extractive',
    language: reading.language,
    topic_id: null,
    flags: reading.flags,
    ...rest,
  };
}

async function* respond(
  parts: AnswerParts,
  request: ChatRequest,
  reading: Reading,
): AsyncGenerator<Piece, Ending> {
  const { wish, language } = reading;
  const phrases = PHRASES[language];
  switch (wish.kind) {
    case 'refused':
      return yield* refuse(parts, reading);
    case 'scan':
    case 'scan_again':
      return yield* scanAndTell(parts, request, reading, wish.urls, wish.kind === 'scan_again');
    case 'scan_wanted':
      return yield* say('url_analysis', phrases.askForUrl);
    case 'small_talk':
      return yield* say('general_chat', phrases.smallTalk[wish.talk]);
    case 'orders':
      return yield* say('general_chat', phrases.injection);
    case 'lost_follow_up':
      return yield* say('general_chat', phrases.noFollowUp);
    case 'follow_up': {
      yield { intent: 'security_qa' };
      const question = `${wish.turn.user_message} ${reading.question}`;
      const hits = [{ topic: wish.topic, score: 1 }];
      return yield* fromKnowledge(parts, { request, reading, question, hits, followUp: wish.about });
    }
    case 'question':
      return yield* answerQuestion(parts, request, reading);
  }
}

async function* answerQuestion(
  parts: AnswerParts,
  request: ChatRequest,
  reading: Reading,
): AsyncGenerator<Piece, Ending> {
  const phrases = PHRASES[reading.language];
  const turn = request.turns.at(-1);
  let question = reading.question;
  let found: SearchResult = await parts.search.find(question, reading.language);
  if (!found.inScope && turn?.intent_type === 'security_qa' && leansOnLastTurn(question)) {
    question = `${turn.user_message} ${question}`;
    found = await parts.search.find(question, reading.language);
  }
  if (found.inScope) {
    yield { intent: 'security_qa' };
    return yield* fromKnowledge(parts, { request, reading, question, hits: found.hits });
  }
  if (securityWords(question) < 1) return yield* say('general_chat', phrases.offTopic);
  const titles = found.hits
    .slice(0, 3)
    .flatMap(({ topic }) => toDocument(parts.documents, topic, reading.language)?.title ?? []);
  return yield* say('security_qa', `${phrases.notFound}\n\n${phrases.nearest(titles.join(', '))}`);
}

interface FromKnowledge {
  request: ChatRequest;
  reading: Reading;
  question: string;
  hits: SearchResult['hits'];
  followUp?: Parameters<typeof composeAnswer>[1]['followUp'];
  verdict?: string;
  dangerVerdict?: string | null;
}

async function* fromKnowledge(parts: AnswerParts, input: FromKnowledge): AsyncGenerator<Piece, Ending> {
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

async function* scanAndTell(
  parts: AnswerParts,
  request: ChatRequest,
  reading: Reading,
  urls: string[],
  again: boolean,
): AsyncGenerator<Piece, Ending> {
  yield { intent: 'url_analysis' };
  const { language, question } = reading;
  const outcomes: ScanAnswer[] = await request.scan(urls, language);
  const worst = findWorstVerdict(outcomes);
  const verdict = describeScans(outcomes, language);
  for (const text of paragraphs(verdict)) yield { text };
  const scanned: Ending = { text: verdict };
  if (worst) scanned.analysis_result = { url: worst.url, result: worst.result, confidence: worst.confidence };
  const wanted = again ? 'any' : listWantedSections(question);
  if (wanted !== 'do' && wanted !== 'call') return scanned;
  const words = question.replace(/\(URL \d+\)/g, ' ');
  const found = await parts.search.find(words, language);
  const met = found.hits.slice(0, 5).some(({ topic }) => topic === AFTER_A_LINK);
  const hits = found.inScope && !met ? found.hits : [{ topic: AFTER_A_LINK, score: 1 }];
  yield { text: '\n\n' };
  const dangerVerdict = worst?.result === 'dangerous' ? toVerdict(worst, language) : null;
  const help = yield* fromKnowledge(parts, { request, reading, question, hits, verdict, dangerVerdict });
  return { ...help, ...scanned, text: `${verdict}\n\n${help.text}` };
}

/** Making an attack is refused; how to see and stop it is offered instead. */
async function* refuse(parts: AnswerParts, reading: Reading): AsyncGenerator<Piece, Ending> {
  const phrases = PHRASES[reading.language];
  const found = await parts.search.find(reading.question, reading.language);
  const topic = found.inScope ? found.hits[0]?.topic : undefined;
  const document = topic ? toDocument(parts.documents, topic, reading.language) : undefined;
  if (!document) return yield* say('general_chat', phrases.refusal);
  const help = extractAnswer({ question: '', document, others: [], followUp: 'signs' });
  const said = yield* say(
    'general_chat',
    `${phrases.refusal}\n\n${phrases.refusalHelp(document.title)}\n${help}`,
  );
  return { ...said, sources: [{ id: document.id, title: document.title }], topic_id: document.id };
}

async function* say(intent: IntentType, text: string): AsyncGenerator<Piece, Ending> {
  yield { intent };
  for (const piece of paragraphs(text)) yield { text: piece };
  return { text };
}
