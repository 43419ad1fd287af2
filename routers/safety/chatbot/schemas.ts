import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';
import { SafetyVerdictSchema, ScanVerdict } from '../scan/schemas.ts';

/** An empty message has its own error code, so the verb checks for it. */
export const AskInput = z.object({
  message: z.string().trim().max(1000).meta({
    description: 'A question about security, or a URL, in Korean or English; 1–1,000 characters',
    example: '큐싱이 뭐야?',
  }),
});

const Intent = z.enum(['security_qa', 'url_analysis', 'general_chat']);
const Tool = z.enum(['RAGTool', 'URLBERT_ThreatAnalyzer', 'ChatTool']);

export const ChatReply = z
  .object({
    user_message: z.string().meta({ example: 'https://toss.im 안전해?' }),
    bot_response: z.string().meta({ example: '이 URL은 안전합니다. 신뢰도: 95%' }),
    intent_type: Intent,
    tool_used: Tool,
    analysis_result: z
      .object({
        url: z.string().meta({ example: 'https://toss.im' }),
        verdict: SafetyVerdictSchema,
        result: ScanVerdict,
        confidence: z.number().meta({ example: 0.95 }),
      })
      .optional()
      .meta({ description: 'Of several URLs the worst; the verdict is that on the whole message' }),
    sources: z
      .array(
        z.object({
          id: z.string().meta({ example: 'quishing' }),
          title: z.string().meta({ example: '큐싱(QR 피싱)' }),
          passage: z.string().meta({
            description: 'What the answer was made from first, at most 400 characters',
            example: '큐싱(quishing)은 QR 코드와 피싱을 합친 말로, QR 코드 속에 위험한 주소를 숨겨요.',
          }),
        }),
      )
      .optional()
      .meta({ description: 'The topics of the knowledge base that the answer was made from' }),
    engine: z.enum(['ollama', 'extractive']).meta({
      description:
        'Who wrote it: `extractive` is composed from the documents; with `ollama` a language model rephrased what explains',
    }),
    response_time: z.number().meta({ description: 'Seconds', example: 0.02 }),
    created_at: Timestamp,
  })
  .meta({ id: 'ChatReply' });
export type ChatReply = z.infer<typeof ChatReply>;

/**
 * Events of a stream: `intent` first, then the composed text in pieces, at most one `revised` text of a language model,
 * then the answer that counts.
 */
export const ChatStreamEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('intent'), intent_type: Intent, tool_used: Tool }),
    z.object({ type: z.literal('token'), text: z.string() }),
    z.object({ type: z.literal('revised'), text: z.string() }),
    z.object({ type: z.literal('done'), answer: ChatReply }),
  ])
  .meta({ id: 'ChatEvent' });
export type ChatStreamEvent = z.infer<typeof ChatStreamEvent>;

export const ChatHistoryInput = z.object({ limit: Limit(20), offset: Offset, cursor: Cursor });

export const ChatHistory = z
  .object({
    total: z.int().meta({ example: 45 }),
    next_cursor: NextCursor,
    chats: z.array(
      z
        .object({
          id: z.int().meta({ example: 123 }),
          user_message: z.string().meta({ description: 'Personal data is masked', example: '큐싱이 뭐야?' }),
          bot_response: z.string().meta({ example: '큐싱(QRishing)은...' }),
          intent_type: Intent,
          created_at: Timestamp,
        })
        .meta({ id: 'Chat' }),
    ),
  })
  .meta({ id: 'ChatHistory' });

export const ClearedChats = z.object({ deleted: z.int().meta({ description: 'How many exchanges went' }) });
