import type { z } from 'zod';
import { chat_logs } from '../../../db/index.ts';
import type { ChatAnswer, ScanAnswer } from '../../../ml/chat/chat-engine-types.ts';
import type { Language } from '../../../ml/text/language.ts';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { analyzeUrl } from '../scan/analyze.ts';
import { judgeWholeMessage } from '../scan/message.ts';
import { listRecentTurns } from './history.ts';
import type { AskInput, ChatReply, ChatStreamEvent } from './schemas.ts';

type Question = z.infer<typeof AskInput>;

/** Answers in one response. Throws EMPTY_MESSAGE, and MODEL_ERROR when the URL model fails. */
export async function askChatbot(
  ctx: CallerContext,
  input: Question,
  signal?: AbortSignal,
): Promise<ChatReply> {
  const revisionMs = ctx.settings.llm_answer_ms;
  for await (const event of streamChatbot(ctx, input, signal, revisionMs))
    if (event.type === 'done') return event.answer;
  throw new Error('the chatbot ended without an answer');
}

/**
 * Streams the composed answer, then a language model's version of it when there is one. The exchange is stored when the answer is complete. When the caller
 * disconnects before, generation ends and nothing is stored. Throws EMPTY_MESSAGE, MODEL_ERROR.
 */
export async function* streamChatbot(
  ctx: CallerContext,
  input: Question,
  signal?: AbortSignal,
  revisionMs?: number,
): AsyncGenerator<ChatStreamEvent> {
  if (input.message === '') throw new ApiError('EMPTY_MESSAGE');
  const startedAt = performance.now();
  const engine = await ctx.chat.engine();
  const events = engine.answer({
    message: input.message,
    language: ctx.language,
    turns: listRecentTurns(ctx),
    revisionMs,
    signal,
    scanUrls: (urls, language) => scanForChat(ctx, urls, language),
    scanMessage: async (text, language) => {
      const { judged } = await judgeWholeMessage({ ...ctx, language }, { text });
      const { verdict, risk_score, reasons } = judged;
      return { verdict, risk_score, reasons: reasons.map(({ text }) => text) };
    },
  });
  for await (const event of events) {
    if (event.type !== 'done') {
      yield event;
      continue;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    yield { type: 'done', answer: storeExchange(ctx, input, event.answer, seconds) };
  }
}

const NOT_ONE_URL = new Set(['INVALID_URL', 'SEVERAL_LINKS']);

/** Scans the URLs of a message like any other scan, and records them in the caller's history. */
async function scanForChat(
  ctx: CallerContext,
  urls: readonly string[],
  language: Language,
): Promise<ScanAnswer[]> {
  const answers: ScanAnswer[] = [];
  for (const url of urls) {
    try {
      const { analysis_result, confidence, details } = await analyzeUrl(
        { ...ctx, language },
        { url, use_cache: true },
      );
      const { risk_level, suspicious_patterns: reasons } = details;
      answers.push({ url, result: analysis_result, confidence, risk_level, reasons });
    } catch (error) {
      if (!(error instanceof ApiError) || !NOT_ONE_URL.has(error.reason)) throw error;
      answers.push({ url, error: error.reason });
    }
  }
  return answers;
}

function storeExchange(ctx: CallerContext, input: Question, answer: ChatAnswer, seconds: number): ChatReply {
  const { user_message, bot_response, intent_type, tool_used, engine, topic_id, flags } = answer;
  const response_time = Math.round(seconds * 1000) / 1000;
  const created_at = ctx.clock.now();
  ctx.db
    .insert(chat_logs)
    .values({
      principal_id: ctx.caller.principal_id,
      user_message,
      bot_response,
      intent_type,
      tool_used,
      engine,
      topic_id,
      flags,
      response_time,
      created_at,
    })
    .run();
  return {
    user_message: input.message,
    bot_response,
    intent_type,
    tool_used,
    ...(answer.analysis_result ? { analysis_result: answer.analysis_result } : {}),
    ...(answer.sources ? { sources: answer.sources } : {}),
    engine,
    response_time,
    created_at: toIso(created_at),
  };
}
