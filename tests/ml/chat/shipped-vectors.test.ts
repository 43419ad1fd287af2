import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKnowledge } from '../../../ml/chat/knowledge.ts';
import { splitPassages } from '../../../ml/chat/passages.ts';
import { readShippedVectors, SHIPPED_VECTORS } from '../../../ml/chat/shipped-vectors.ts';
import { toManifest } from '../../../ml/chat/vectors.ts';
import { type Embedder, openEmbedder } from '../../../ml/text/embed.ts';
import { converse, KNOWLEDGE, testEngine } from './engine.ts';

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder('');
});
afterAll(() => embedder.close());

const FILE = join(KNOWLEDGE, SHIPPED_VECTORS);

async function manifestOfDocuments() {
  const { documents, hash } = await loadKnowledge(KNOWLEDGE);
  const passages = splitPassages(documents);
  return { passages, manifest: toManifest({ documents: hash, passages, embedder }) };
}

test('the vectors that ship are those of the documents: `npm run vectors` makes them anew', async () => {
  const { passages, manifest } = await manifestOfDocuments();
  const vectors = await readShippedVectors(FILE, manifest);
  expect(vectors).toHaveLength(passages.length);
  const sample = passages.map((_, i) => i).filter((i) => i % 100 === 0 || i === passages.length - 1);
  const fresh = await embedder.embed(
    sample.map((i) => passages[i]?.text ?? ''),
    'passage',
  );
  for (const [n, i] of sample.entries()) {
    const cosine = vectors?.[i]?.reduce((sum, value, at) => sum + value * (fresh[n]?.[at] ?? 0), 0);
    expect(cosine, passages[i]?.text).toBeGreaterThan(0.9999);
  }
});

test('vectors of other documents or another embedder are not taken', async () => {
  const { manifest } = await manifestOfDocuments();
  expect(await readShippedVectors(FILE, { ...manifest, documents: '0'.repeat(64) })).toBeNull();
  expect(await readShippedVectors(FILE, { ...manifest, embedder: 'ollama:other' })).toBeNull();
  expect(await readShippedVectors(join(KNOWLEDGE, 'missing.bin'), manifest)).toBeNull();
});

test('a first start embeds no document', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flashscan-index-'));
  const asked: string[] = [];
  const watched: Embedder = {
    id: embedder.id,
    dimensions: embedder.dimensions,
    close: async () => {},
    embed: (texts, kind) => {
      asked.push(...texts);
      return embedder.embed(texts, kind);
    },
  };
  const engine = await testEngine({ indexDir: folder, embedder: async () => watched });
  expect(asked).toEqual([]);
  const { answer } = await converse(engine, 'QR 코드 피싱이 뭐예요?');
  expect(answer.engine).toBe('extractive');
  expect(asked).toHaveLength(1);
  await engine.close();
  await rm(folder, { recursive: true });
});
