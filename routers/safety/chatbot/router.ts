import { z } from 'zod';
import { guestProcedure, router } from '../../core/procedures.ts';
import { askChatbot, streamChatbot } from './ask.ts';
import { clearChats, listChats } from './history.ts';
import {
  AskInput,
  ChatHistory,
  ChatHistoryInput,
  ChatReply,
  ChatStreamEvent,
  ClearedChats,
} from './schemas.ts';

const tags = ['Chatbot'];

export const chatbotRouter = router({
  ask: guestProcedure
    .meta({
      isTool: true,
      keys: ['chat'],
      openapi: {
        method: 'POST',
        path: '/chatbot/ask',
        tags,
        summary: 'Ask the chatbot',
        description:
          'The conversation is understood: what happened, what was given away, follow-up questions, a switch of language. The answer is composed from the documents; when money, codes or control may be gone, the number and the next step come first. A language model may rephrase what explains, when every sentence of it is held by a passage; it is waited for at most `LLM_ANSWER_MS`.',
      },
      rest: { envelope: 'colscan', errors: ['EMPTY_MESSAGE', 'MODEL_ERROR'], cancellable: true },
      rateLimit: 'chat',
    })
    .input(AskInput)
    .output(ChatReply)
    .mutation(({ ctx, input, signal }) => askChatbot(ctx, input, signal)),

  askStream: guestProcedure
    .meta({
      keys: ['chat'],
      openapi: {
        method: 'GET',
        path: '/chatbot/stream',
        tags,
        summary: "Stream the chatbot's answer",
        description:
          'Server-sent events: `intent` once, `token` for each piece of the composed text, `revised` when a language model rephrased it and every sentence passed the checks, `done` with the answer that counts. Leaving ends the generation.',
      },
      rest: { event: ChatStreamEvent, errors: ['EMPTY_MESSAGE', 'MODEL_ERROR'] },
      rateLimit: 'chat',
    })
    .input(AskInput)
    .subscription(({ ctx, input, signal }) => streamChatbot(ctx, input, signal)),

  history: guestProcedure
    .meta({
      keys: ['chat', 'read'],
      openapi: {
        method: 'GET',
        path: '/chatbot/history',
        tags,
        summary: "List the caller's exchanges",
        description: 'Newest first, with the questions as they were masked.',
      },
      rest: { envelope: 'colscan' },
    })
    .input(ChatHistoryInput)
    .output(ChatHistory)
    .query(({ ctx, input }) => listChats(ctx, input)),

  clear: guestProcedure
    .meta({
      keys: ['chat'],
      openapi: {
        method: 'DELETE',
        path: '/chatbot/history',
        tags,
        summary: "Delete the caller's exchanges",
        description: 'Deletes every question and answer of the caller.',
      },
      rest: {
        envelope: 'colscan',
        message: { ko: '{deleted}개 대화가 삭제되었습니다', en: '{deleted} exchanges were deleted' },
        data: 'none',
      },
    })
    .input(z.object({}))
    .output(ClearedChats)
    .mutation(({ ctx }) => clearChats(ctx)),
});
