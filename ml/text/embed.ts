import { fileURLToPath } from 'node:url';
import { openLocalEmbedder } from './embed-local.ts';
import { openOllamaEmbedder } from './embed-ollama.ts';

/** Some models need different prefixes for questions and passages (the e5 family does). */
export type TextKind = 'query' | 'passage';

/** Converts texts into vectors of unit length. `id` changes whenever the vectors would change. */
export interface Embedder {
  readonly id: string;
  readonly dimensions: number;
  embed(texts: readonly string[], kind: TextKind): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** The default model; its card is beside it. */
export const SHIPPED_MODEL = fileURLToPath(new URL('./model', import.meta.url));

/**
 * Opens the embedder of the setting EMBEDDING_MODEL: empty for the default model, `ollama:<model>` for a model that
 * Ollama serves at `ollamaHost`, otherwise a folder in transformers.js form, which runs on a thread of its own.
 * Throws when it cannot be loaded.
 */
export function openEmbedder(name: string, ollamaHost = 'http://127.0.0.1:11434'): Promise<Embedder> {
  if (name.startsWith('ollama:')) return openOllamaEmbedder(ollamaHost, name.slice('ollama:'.length));
  return openLocalEmbedder(name === '' ? SHIPPED_MODEL : name);
}
