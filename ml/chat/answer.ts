import { answerEmergency, answerOpenedOnly } from './answer-emergency.ts';
import { answerWithPhrase } from './answer-phrase.ts';
import { answerSecurityQuestion, answerTopic } from './answer-question.ts';
import { answerPastedMessage, answerWithScan } from './answer-scan.ts';
import type { AnswerChunk, AnswerDeps, DraftAnswer } from './answer-types.ts';
import {
  type ChatAnswer,
  type ChatEvent,
  type ChatRequest,
  type ChatTurn,
  type IntentType,
  TOOL_BY_INTENT,
} from './chat-engine-types.ts';
import { joinParts } from './compose.ts';
import { extractAnswer, findTopicDocument } from './extract.ts';
import { analyzeMessage, type MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';

/** Answers one message. Throws only when the caller disconnects, or when the scanner or the policies throw. */
export async function* answerMessage(deps: AnswerDeps, request: ChatRequest): AsyncGenerator<ChatEvent> {
  const analysis = analyzeMessage(request, deps.policies());
  let intent: IntentType = 'general_chat';
  const steps = respond(deps, request, analysis);
  for (let step = await steps.next(); ; step = await steps.next()) {
    request.signal?.throwIfAborted();
    if (step.done) {
      const { revisable, ...composed } = step.value;
      const revised = revisable ? await revise(deps, request, analysis, composed.text, revisable) : null;
      if (revised !== null) yield { type: 'revised', text: revised };
      const result: DraftAnswer =
        revised === null ? composed : { ...composed, text: revised, engine: 'ollama' };
      yield { type: 'done', answer: finishAnswer(analysis, intent, result) };
      return;
    }
    if ('intent' in step.value) {
      intent = step.value.intent;
      yield { type: 'intent', intent_type: intent, tool_used: TOOL_BY_INTENT[intent] };
    } else if (step.value.text !== '') yield { type: 'token', text: step.value.text };
  }
}

/** The whole text with the model's version of its lead; null when there is none. Steps and numbers stay as they are. */
async function revise(
  deps: AnswerDeps,
  request: ChatRequest,
  { question, language }: MessageAnalysis,
  text: string,
  { lead, passages }: NonNullable<DraftAnswer['revisable']>,
): Promise<string | null> {
  if (!deps.reviser || lead === '' || passages.length === 0) return null;
  const revised = await deps.reviser.revise({
    question,
    language,
    lead,
    passages,
    policies: deps.policies(),
    ms: request.revisionMs,
    signal: request.signal,
  });
  return revised === null ? null : text.replace(lead, () => revised);
}

function finishAnswer(
  analysis: MessageAnalysis,
  intent: IntentType,
  { text, ...rest }: DraftAnswer,
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
): AsyncGenerator<AnswerChunk, DraftAnswer> {
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
    case 'repeat':
      return yield* repeatAnswer(deps, request, analysis, act.turn);
    case 'follow_up': {
      const { topic, turn, followUp } = act;
      const question = `${turn.user_message} ${analysis.question}`;
      return yield* answerTopic(deps, request, analysis, { question, topic, followUp });
    }
    case 'emergency':
      return yield* answerEmergency(deps, request, analysis);
    case 'opened_only':
      return yield* answerOpenedOnly(deps, analysis);
    case 'pasted_message':
      return yield* answerPastedMessage(deps, request, analysis);
    case 'question':
      return yield* answerSecurityQuestion(deps, request, analysis);
  }
}

/** Answers the last question again, in the language that is asked for. */
async function* repeatAnswer(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
  turn: ChatTurn | null,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  if (!turn?.topic_id)
    return yield* answerWithPhrase('general_chat', PHRASES[analysis.language].noEarlierAnswer);
  const earlier = analyzeMessage(
    { message: turn.user_message, language: analysis.language, turns: [] },
    deps.policies(),
  );
  const again = { ...analysis, question: earlier.question, story: earlier.story };
  if (earlier.act.kind === 'emergency') return yield* answerEmergency(deps, request, again);
  return yield* answerTopic(deps, request, again, { question: earlier.question, topic: turn.topic_id });
}

/** Refuses to help with an attack, and offers how to recognize and stop it. */
async function* answerWithRefusal(
  deps: AnswerDeps,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  const phrases = PHRASES[analysis.language];
  const searchResult = await deps.search.find(analysis.question, analysis.language);
  const topic = searchResult.inScope ? searchResult.hits[0]?.topic : undefined;
  const document = topic ? findTopicDocument(deps.documents, topic, analysis.language) : undefined;
  if (!document) return yield* answerWithPhrase('general_chat', phrases.refusal);
  const { lead, rest, passage } = extractAnswer({ question: '', document, documents: [], followUp: 'signs' });
  const answer = yield* answerWithPhrase(
    'general_chat',
    joinParts(phrases.refusal, `${phrases.refusalHelp(document.title)}\n${lead}`, rest),
  );
  const sources = [{ id: document.id, title: document.title, passage: passage.slice(0, 400) }];
  return { ...answer, sources, topic_id: document.id };
}
