import { expect, test } from 'vitest';
import { converse, testEngine } from './engine.ts';

const host = process.env.OLLAMA_HOST ?? 'http://127.0.0.1:11434';

/** The smallest model that a running Ollama holds; null where none runs. */
async function smallestModel(): Promise<string | null> {
  const answer = await fetch(`${host}/api/tags`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
  if (!answer?.ok) return null;
  const { models } = (await answer.json()) as { models: { name: string; size: number }[] };
  return models.toSorted((a, b) => a.size - b.size)[0]?.name ?? null;
}

const model = await smallestModel();

test.skipIf(model === null)(
  'a real model answers, or the documents do; never an error',
  async () => {
    const engine = await testEngine({
      ollama: { host, model: model ?? '', firstTokenMs: 120_000, idleMs: 60_000 },
    });
    const { answer, tokens } = await converse(engine, '큐싱이 뭐야?');
    expect(answer).toMatchObject({
      intent_type: 'security_qa',
      engine: expect.stringMatching(/^(ollama|extractive)$/),
    });
    expect(answer.bot_response.length).toBeGreaterThan(20);
    expect(tokens.length).toBeGreaterThan(0);
    await engine.close();
  },
  300_000,
);
