import type { z } from 'zod';
import { chat_logs } from '../../../db/index.ts';
import type { ChatAnswer, ScanAnswer } from '../../../ml/chat/chat-engine-types.ts';
import { ApiError, type Language } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { analyzeUrl } from '../scan/analyze.ts';
import { listRecentTurns } from './history.ts';
import type { AskInput, Reply, StreamEvent } from './schemas.ts';

type Input = z.infer<typeof AskInput>;

/** The whole answer at once. Throws EMPTY_MESSAGE, and MODEL_ERROR when a URL cannot be judged. */
export async function askChatbot(ctx: CallerContext, input: Input, signal?: AbortSignal): Promise<Reply> {
  for await (const event of streamChatbot(ctx, input, signal)) if (event.type === 'done') return event.answer;
  throw new Error('the chatbot ended without an answer');
}

/**
 * The answer as it comes. The exchange is stored once it is whole; a caller who leaves before ends the
 * generation, and nothing is stored.
 */
export async function* streamChatbot(
  ctx: CallerContext,
  input: Input,
  signal?: AbortSignal,
): AsyncGenerator<StreamEvent> {
  if (input.message === '') throw new ApiError('EMPTY_MESSAGE');
  const began = performance.now();
  const engine = await ctx.chat.engine();
  const events = engine.answer({
    message: input.message,
    language: ctx.language,
    turns: listRecentTurns(ctx),
    signal,
    scanUrls: (urls, language) => scanAll(ctx, urls, language),
  });
  for await (const event of events) {
    if (event.type !== 'done') yield event;
    else yield { type: 'done', answer: store(ctx, input, event.answer, (performance.now() - began) / 1000) };
  }
}

/** Through the scanner everyone uses, into the caller's history too. */
async function scanAll(
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
      if (!(error instanceof ApiError) || error.reason !== 'INVALID_URL') throw error;
      answers.push({ url, error: error.reason });
    }
  }
  return answers;
}

function store(ctx: CallerContext, input: Input, answer: ChatAnswer, seconds: number): Reply {
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
