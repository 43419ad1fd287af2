import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { openModelThread } from '../model-thread.ts';
import type { Embedder, TextKind } from './embed.ts';

/**
 * Texts per request to the thread. More is no faster on one core, needs more memory and makes other requests wait
 * longer.
 */
const BATCH = 4;

/** Opens a folder in transformers.js form (config.json, tokenizer.json, tokenizer_config.json, onnx/) on a new thread. */
export async function openLocalEmbedder(path: string): Promise<Embedder> {
  const folder = resolve(path);
  for (const file of ['config.json', 'tokenizer.json'])
    if (!existsSync(join(folder, file))) throw new Error(`The embedding model has no ${file}: ${path}`);
  const prefixes = readPrefixes(folder);
  const models = openModelThread();
  try {
    await models.load('text', { folder });
    const { dimensions } = await models.ask('text', ['.']);
    return {
      id: `${basename(folder)}:${fingerprint(folder)}`,
      dimensions,
      async embed(texts, kind) {
        const all: Float32Array[] = [];
        for (let at = 0; at < texts.length; at += BATCH) {
          const some = texts.slice(at, at + BATCH).map((text) => prefixes[kind] + text);
          all.push(...rows(await models.ask('text', some)));
        }
        return all;
      },
      close: () => models.close(),
    };
  } catch (error) {
    await models.close();
    throw error;
  }
}

function rows({ vectors, dimensions }: { vectors: Float32Array; dimensions: number }): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, i) =>
    vectors.slice(i * dimensions, (i + 1) * dimensions),
  );
}

/** The prefixes that the model's folder states, otherwise those of the e5 family (its model card). */
function readPrefixes(folder: string): Record<TextKind, string> {
  const file = join(folder, 'config_sentence_transformers.json');
  if (existsSync(file)) {
    const { prompts = {} } = JSON.parse(readFileSync(file, 'utf8')) as { prompts?: Record<string, string> };
    if (prompts.query || prompts.passage || prompts.document)
      return { query: prompts.query ?? '', passage: prompts.passage ?? prompts.document ?? '' };
  }
  return /(?:^|[-_])e5(?:[-_]|$)/i.test(basename(folder))
    ? { query: 'query: ', passage: 'passage: ' }
    : { query: '', passage: '' };
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256').update(readFileSync(join(folder, 'tokenizer.json')));
  for (const file of ['onnx/model_quantized.onnx', 'onnx/model.onnx', 'config_sentence_transformers.json'])
    if (existsSync(join(folder, file))) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
