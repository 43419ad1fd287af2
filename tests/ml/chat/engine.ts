import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import content from '../../../db/seed-data/policies.json' with { type: 'json' };
import type { ChatAnswer, ChatEvent, ChatRequest, ScanAnswer } from '../../../ml/chat/chat-engine-types.ts';
import { type ChatEngine, type ChatEngineOptions, startChatEngine } from '../../../ml/chat/engine.ts';
import { openEmbedder } from '../../../ml/text/embed.ts';
import { compilePolicies, type Policy } from '../../../ml/text/policies.ts';

export const KNOWLEDGE = fileURLToPath(new URL('../../../ml/knowledge', import.meta.url));
export const POLICIES = content.policies as Policy[];

const compiled = compilePolicies(POLICIES);

/** An engine over the real documents, the model that ships, and the policies that ship. */
export async function testEngine(options: Partial<ChatEngineOptions> = {}): Promise<ChatEngine> {
  const engine = await startChatEngine({
    knowledgeDir: KNOWLEDGE,
    indexDir: join(tmpdir(), 'flashscan-test-index'),
    embedder: () => openEmbedder(''),
    policies: () => compiled,
    ...options,
  });
  await engine.indexReady;
  return engine;
}

/** A scanner that finds `evil` dangerous, cannot read `.corn`, and calls the rest safe. */
export async function scripted(urls: readonly string[]): Promise<ScanAnswer[]> {
  return urls.map((url): ScanAnswer => {
    if (url.includes('.corn')) return { url, error: 'INVALID_URL' };
    if (url.includes('evil'))
      return {
        url,
        result: 'dangerous',
        confidence: 0.93,
        risk_level: 'high',
        reasons: ['비정상적인 도메인'],
      };
    return { url, result: 'safe', confidence: 0.95, risk_level: 'low', reasons: [] };
  });
}

/** All events of one answer, and the answer. */
export async function converse(engine: ChatEngine, message: string, more: Partial<ChatRequest> = {}) {
  const events: ChatEvent[] = [];
  const request = { message, language: 'ko' as const, turns: [], scanUrls: scripted, ...more };
  for await (const event of engine.answer(request)) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'done') throw new Error('there was no answer');
  const tokens = events.flatMap((event) => (event.type === 'token' ? [event.text] : [])).join('');
  return { events, tokens, answer: last.answer };
}

export function turnOf({ user_message, bot_response, intent_type, topic_id }: ChatAnswer) {
  return { user_message, bot_response, intent_type, topic_id };
}
