import { Ollama } from 'ollama';
import type { Embedder } from './embed.ts';

const BATCH = 32;
const TIMEOUT_MS = 60_000;

/**
 * An embedding model that Ollama serves. Throws when Ollama cannot be reached or has no such model. The id has the
 * model's digest, so that a new version of the same name makes a new index.
 */
export async function openOllamaEmbedder(host: string, model: string): Promise<Embedder> {
  const client = new Ollama({
    host,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }),
  });
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += BATCH) {
      const { embeddings } = await client.embed({ model, input: texts.slice(at, at + BATCH) });
      vectors.push(...embeddings.map(unit));
    }
    return vectors;
  };
  const [probe] = await embed(['.']);
  const { models } = await client.list();
  const digest = models.find(({ name }) => name === model || name === `${model}:latest`)?.digest ?? '';
  return {
    id: `ollama:${model}:${digest.slice(0, 12)}`,
    dimensions: probe?.length ?? 0,
    embed: (texts) => embed(texts),
    close: () => Promise.resolve(),
  };
}

function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (x) => x / length);
}
