import { fileURLToPath } from 'node:url';
import type { ModelThread } from '../model-thread.ts';
import { openLocalEmbedder } from './embed-local.ts';
import { openOllamaEmbedder } from './embed-ollama.ts';

/** A question and a passage may want different prefixes (the e5 family does). */
export type TextKind = 'query' | 'passage';

/** Turns texts into vectors of unit length. `id` changes whenever the vectors would. */
export interface Embedder {
  readonly id: string;
  readonly dimensions: number;
  embed(texts: readonly string[], kind: TextKind): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** The model that ships: its card is beside it. */
export const SHIPPED_MODEL = fileURLToPath(new URL('./model', import.meta.url));

/**
 * Opens the embedder that `name` (the setting EMBEDDING_MODEL) chooses: empty for the one that ships, `ollama:<model>`
 * for a model that Ollama serves at `ollamaHost`, else a folder in transformers.js form, which runs on `thread`, or on
 * one of its own. Throws when it cannot be loaded.
 */
export function openEmbedder(
  name: string,
  ollamaHost = 'http://127.0.0.1:11434',
  thread?: ModelThread,
): Promise<Embedder> {
  if (name.startsWith('ollama:')) return openOllamaEmbedder(ollamaHost, name.slice('ollama:'.length));
  return openLocalEmbedder(name === '' ? SHIPPED_MODEL : name, thread);
}
