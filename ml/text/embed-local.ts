import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { spawnThread } from '../spawn.ts';
import type { Embedder, TextKind } from './embed.ts';
import type { EmbedAnswer } from './embed-worker.ts';

interface Waiting {
  resolve(vectors: Float32Array[]): void;
  reject(error: Error): void;
}

/**
 * Opens a folder in transformers.js form (config.json, tokenizer.json, tokenizer_config.json, onnx/) on a worker
 * thread. The worker is started again when it dies; what it was working on fails.
 */
export async function openLocalEmbedder(path: string): Promise<Embedder> {
  const folder = resolve(path);
  for (const file of ['config.json', 'tokenizer.json'])
    if (!existsSync(join(folder, file))) throw new Error(`The embedding model has no ${file}: ${path}`);
  const prefixes = prefixesOf(folder);
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let closed = false;
  let running = await start(folder, waiting);

  const current = async (): Promise<Running> => {
    if (closed) throw new Error('The embedder is closed');
    if (running.dead) running = await start(folder, waiting);
    return running;
  };
  return {
    id: `${basename(folder)}:${fingerprint(folder)}`,
    dimensions: running.dimensions,
    async embed(texts, kind) {
      if (texts.length === 0) return [];
      const { worker } = await current();
      const id = ++next;
      return new Promise((done, fail) => {
        waiting.set(id, { resolve: done, reject: fail });
        worker.postMessage({ id, texts: texts.map((text) => prefixes[kind] + text) });
      });
    },
    async close() {
      closed = true;
      if (running.dead) return;
      // ending a thread in the middle of a native call can take the process along, so it is asked to leave
      const ended = new Promise<void>((done) => running.worker.once('exit', () => done()));
      running.worker.ref();
      running.worker.postMessage('close');
      await ended;
    },
  };
}

interface Running {
  worker: Worker;
  dimensions: number;
  dead: boolean;
}

function start(folder: string, waiting: Map<number, Waiting>): Promise<Running> {
  return new Promise((ready, failed) => {
    const worker = spawnThread(import.meta.url, 'embed-worker', { folder });
    const running: Running = { worker, dimensions: 0, dead: false };
    const die = (error: Error): void => {
      running.dead = true;
      failed(error);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.unref();
    worker.on('error', die);
    worker.on('exit', () => die(new Error('The embedding worker ended')));
    worker.on('message', (answer: EmbedAnswer) => {
      if ('failed' in answer) return die(new Error(`The embedding model cannot be loaded: ${answer.failed}`));
      if ('ready' in answer) {
        running.dimensions = answer.dimensions;
        return ready(running);
      }
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) return asked?.reject(new Error(answer.error));
      asked?.resolve(rows(answer.vectors, answer.dimensions));
    });
  });
}

function rows(vectors: Float32Array, dimensions: number): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, i) =>
    vectors.slice(i * dimensions, (i + 1) * dimensions),
  );
}

/** What the model's own folder says, else what the e5 family is known to want (its model card). */
function prefixesOf(folder: string): Record<TextKind, string> {
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
