import {
  type ChatAnswer,
  type ChatEvent,
  type ChatRequest,
  type IntentType,
  type MessageOutcome,
  type ScanAnswer,
  type ScanOutcome,
  TOOL_BY_INTENT,
} from './chat-engine-types.ts';
import { type ComposeDeps, composeAnswer, splitParagraphs } from './compose.ts';
import { dependsOnLastTurn } from './dialogue.ts';
import { detectRequestedSection, extractAnswer, findTopicDocument } from './extract.ts';
import { analyzeMessage, type MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { Search, SearchResult } from './search.ts';
import { describeMessage, describeScans, findWorstVerdict, toSafetyVerdict, toVerdict } from './verdict.ts';
import { scoreSecurityWords } from './vocabulary.ts';

export interface AnswerDeps extends ComposeDeps {
  search: Search;
}

/** The topic for a person who sends a URL and asks for help without saying more. */
const CLICKED_LINK_TOPIC = 'clicked-link';
/** The topic for a pasted message that no other fits. */
const FRAUD_MESSAGE_TOPIC = 'smishing';

type AnswerResult = Partial<Pick<ChatAnswer, 'analysis_result' | 'sources' | 'engine' | 'topic_id'>> & {
  text: string;
};
type AnswerChunk = { intent: IntentType } | { text: string };

/** Answers one message. Throws only when the caller disconnects, or when the scanner or the policies throw. */
export async function* answerMessage(deps: AnswerDeps, request: ChatRequest): AsyncGenerator<ChatEvent> {
  const analysis = analyzeMessage(request, deps.policies());
  let intent: IntentType = 'general_chat';
  const steps = respond(deps, request, analysis);
  for (let step = await steps.next(); ; step = await steps.next()) {
    request.signal?.throwIfAborted();
    if (step.done) {
      yield { type: 'done', answer: finishAnswer(analysis, intent, step.value) };
      return;
    }
    if ('intent' in step.value) {
      intent = step.value.intent;
      yield { type: 'intent', intent_type: intent, tool_used: TOOL_BY_INTENT[intent] };
    } else if (step.value.text !== '') yield { type: 'token', text: step.value.text };
  }
}

function finishAnswer(
  analysis: MessageAnalysis,
  intent: IntentType,
  { text, ...rest }: AnswerResult,
): ChatAnswer {
  return {
    user_message: analysis.masked,
    bot_response: text.trim(),
    intent_type: intent,
    tool_used: TOOL_BY_INTENT[intent],
    engine: 'extractive',
    language: analysis.language,
    topic_id: null,
    flags: analysis.flags,
    ...rest,
  };
}

async function* respond(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const { act, language } = analysis;
  const phrases = PHRASES[language];
  switch (act.kind) {
    case 'refused':
      return yield* answerWithRefusal(deps, analysis);
    case 'scan':
    case 'scan_again':
      return yield* answerWithScan(deps, request, analysis, act.urls, act.kind === 'scan_again');
    case 'scan_wanted':
      return yield* answerWithPhrase('url_analysis', phrases.askForUrl);
    case 'small_talk':
      return yield* answerWithPhrase('general_chat', phrases.smallTalk[act.smallTalk]);
    case 'orders':
      return yield* answerWithPhrase('general_chat', phrases.injection);
    case 'lost_follow_up':
      return yield* answerWithPhrase('general_chat', phrases.noFollowUp);
    case 'follow_up': {
      yield { intent: 'security_qa' };
      const question = `${act.turn.user_message} ${analysis.question}`;
      const hits = [{ topic: act.topic, score: 1 }];
      return yield* answerFromKnowledge(deps, { request, analysis, question, hits, followUp: act.followUp });
    }
    case 'pasted_message':
      return yield* answerPastedMessage(deps, request, analysis);
    case 'question':
      return yield* answerQuestion(deps, request, analysis);
  }
}

/** Judges a message without a link that the caller got, and says what to do; one that is safe is a question. */
async function* answerPastedMessage(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const { language, question } = analysis;
  const message = (await request.scanMessage?.(request.message, language)) ?? null;
  const lead = message && describeMessage(message, null, language);
  if (!lead) return yield* answerQuestion(deps, request, analysis);
  yield { intent: 'security_qa' };
  for (const text of splitParagraphs(lead)) yield { text };
  const { inScope, hits } = await deps.search.find(question, language);
  yield { text: '\n\n' };
  const help = yield* answerFromKnowledge(deps, {
    request,
    analysis,
    question,
    hits: inScope ? hits : [{ topic: FRAUD_MESSAGE_TOPIC, score: 1 }],
    verdict: lead,
    dangerVerdict: message.verdict === 'dangerous' ? lead : null,
  });
  return { ...help, text: `${lead}\n\n${help.text}` };
}

async function* answerQuestion(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const phrases = PHRASES[analysis.language];
  const turn = request.turns.at(-1);
  let question = analysis.question;
  let searchResult: SearchResult = await deps.search.find(question, analysis.language);
  if (!searchResult.inScope && turn?.intent_type === 'security_qa' && dependsOnLastTurn(question)) {
    question = `${turn.user_message} ${question}`;
    searchResult = await deps.search.find(question, analysis.language);
  }
  if (searchResult.inScope) {
    yield { intent: 'security_qa' };
    return yield* answerFromKnowledge(deps, { request, analysis, question, hits: searchResult.hits });
  }
  if (scoreSecurityWords(question) < 1) return yield* answerWithPhrase('general_chat', phrases.offTopic);
  const titles = searchResult.hits
    .slice(0, 3)
    .flatMap(({ topic }) => findTopicDocument(deps.documents, topic, analysis.language)?.title ?? []);
  return yield* answerWithPhrase(
    'security_qa',
    `${phrases.notFound}\n\n${phrases.nearest(titles.join(', '))}`,
  );
}

interface KnowledgeAnswer {
  request: ChatRequest;
  analysis: MessageAnalysis;
  question: string;
  hits: SearchResult['hits'];
  followUp?: Parameters<typeof composeAnswer>[1]['followUp'];
  verdict?: string;
  dangerVerdict?: string | null;
}

async function* answerFromKnowledge(
  deps: AnswerDeps,
  input: KnowledgeAnswer,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const { request, analysis, question, hits, followUp, verdict = '', dangerVerdict = null } = input;
  const { language } = analysis;
  const { turns, signal } = request;
  const pieces = composeAnswer(deps, {
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

/** What the answer says of the worst link, or of the whole message when that is worse. */
function toAnalysisResult(
  worst: ScanOutcome,
  message: MessageOutcome | null,
): NonNullable<AnswerResult['analysis_result']> {
  const { url, result, confidence } = worst;
  if (!message) return { url, verdict: toSafetyVerdict(worst), result, confidence };
  const { verdict, risk_score } = message;
  if (verdict === 'dangerous') return { url, verdict, result: 'dangerous', confidence: risk_score };
  return { url, verdict, result: 'safe', confidence: 1 - risk_score };
}

async function* answerWithScan(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
  urls: string[],
  isRepeat: boolean,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  yield { intent: 'url_analysis' };
  const { language, question } = analysis;
  const outcomes: ScanAnswer[] = await request.scanUrls(urls, language);
  const worst = findWorstVerdict(outcomes);
  const message = isRepeat ? null : ((await request.scanMessage?.(request.message, language)) ?? null);
  const lead = message && describeMessage(message, worst, language);
  const verdict = [...(lead ? [lead] : []), describeScans(outcomes, language)].join('\n\n');
  for (const text of splitParagraphs(verdict)) yield { text };
  const scanAnswer: AnswerResult = { text: verdict };
  if (worst) scanAnswer.analysis_result = toAnalysisResult(worst, lead ? message : null);
  const section = isRepeat ? 'any' : detectRequestedSection(question);
  if (section !== 'do' && section !== 'call') return scanAnswer;
  const words = question.replace(/\(URL \d+\)/g, ' ');
  const searchResult = await deps.search.find(words, language);
  const isClickedLinkNear = searchResult.hits.slice(0, 5).some(({ topic }) => topic === CLICKED_LINK_TOPIC);
  const hits =
    searchResult.inScope && !isClickedLinkNear
      ? searchResult.hits
      : [{ topic: CLICKED_LINK_TOPIC, score: 1 }];
  yield { text: '\n\n' };
  const isFraud = message?.verdict === 'dangerous';
  const dangerVerdict = worst?.result === 'dangerous' ? toVerdict(worst, language) : isFraud ? lead : null;
  const help = yield* answerFromKnowledge(deps, {
    request,
    analysis,
    question,
    hits,
    verdict,
    dangerVerdict,
  });
  return { ...help, ...scanAnswer, text: `${verdict}\n\n${help.text}` };
}

/** Refuses to help with an attack, and offers how to recognize and stop it. */
async function* answerWithRefusal(
  deps: AnswerDeps,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  const phrases = PHRASES[analysis.language];
  const searchResult = await deps.search.find(analysis.question, analysis.language);
  const topic = searchResult.inScope ? searchResult.hits[0]?.topic : undefined;
  const document = topic ? findTopicDocument(deps.documents, topic, analysis.language) : undefined;
  if (!document) return yield* answerWithPhrase('general_chat', phrases.refusal);
  const help = extractAnswer({ question: '', document, documents: [], followUp: 'signs' });
  const answer = yield* answerWithPhrase(
    'general_chat',
    `${phrases.refusal}\n\n${phrases.refusalHelp(document.title)}\n${help}`,
  );
  return { ...answer, sources: [{ id: document.id, title: document.title }], topic_id: document.id };
}

async function* answerWithPhrase(
  intent: IntentType,
  text: string,
): AsyncGenerator<AnswerChunk, AnswerResult> {
  yield { intent };
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text };
}
