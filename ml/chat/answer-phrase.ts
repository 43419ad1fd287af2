import type { AnswerChunk, DraftAnswer } from './answer-types.ts';
import type { IntentType } from './chat-engine-types.ts';
import { splitParagraphs } from './compose.ts';

/** Answers with a sentence of the chatbot's own. */
export async function* answerWithPhrase(
  intent: IntentType,
  text: string,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  yield { intent };
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text };
}
